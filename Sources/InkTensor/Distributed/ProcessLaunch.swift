/// Who started this process, and with how many others.
///
/// Only a launcher's own variables count: a machine where MPI is installed is none where a run is distributed.
package enum ProcessLaunch: Sendable, Hashable {
  /// Started by itself.
  case alone
  /// By `mpirun` of Open MPI, or of a launcher that acts like it.
  case openMPI(size: Int)
  /// By a launcher that speaks PMI: Hydra of MPICH and Intel MPI, `srun --mpi=pmi2`.
  case processManager(size: Int)
  /// By a launcher that speaks PMIx: `srun --mpi=pmix`. The number of processes is known where Slurm tells it.
  case processManagerExascale(size: Int?)
  /// By `srun` as one of several tasks that know nothing of each other.
  case unconnectedTasks(size: Int)

  /// Reads the variables of launchers.
  ///
  /// - Parameter environment: of the process.
  package init(environment: [String: String]) {
    func count(_ name: String) -> Int? { environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    if let size = count("OMPI_COMM_WORLD_SIZE") {
      self = size == 1 ? .alone : .openMPI(size: size)
    } else if environment["PMIX_RANK"] != nil {
      self = .processManagerExascale(size: count("SLURM_STEP_NUM_TASKS"))
    } else if let size = count("PMI_SIZE") {
      self = size == 1 ? .alone : .processManager(size: size)
    } else if let size = count("SLURM_STEP_NUM_TASKS"), size > 1, environment["SLURM_PROCID"] != nil {
      self = .unconnectedTasks(size: size)
    } else {
      self = .alone
    }
  }

  /// Joins the other processes of the run.
  ///
  /// - Parameter library: the file of the MPI library, where the launcher's is not in the places that the system looks in.
  /// - Throws: `unsupported` when no MPI library is found or it is one whose binary interface is not known here;
  ///   `communication` when the processes cannot be joined.
  package func join(library: String? = nil) throws(TensorError) -> any Communicator {
    let expected: Int?
    let interfaces: [MPIInterface]
    switch self {
    case .alone: return .alone
    case .openMPI(let size): (expected, interfaces) = (size, [.openMPI])
    case .processManager(let size): (expected, interfaces) = (size, [.mpich, .openMPI])
    case .processManagerExascale(let size): (expected, interfaces) = (size, [.openMPI, .mpich])
    case .unconnectedTasks(let size):
      throw TensorError(
        .communication, context: "srun", expected: "tasks that are joined by MPI", found: "\(size) separate tasks",
        hint: "Start them by srun --mpi=pmix, or by mpirun inside the allocation.")
    }
    let found = try MPILibrary.open(library.map { [$0] } ?? interfaces.flatMap(\.fileNames))
    let communicator = try MPICommunicator(found)
    if let expected, communicator.size != expected {
      throw TensorError(
        .communication, context: "\(found.version) (\(found.file))", expected: "\(expected) processes",
        found: "\(communicator.size)",
        hint: "The library is not that of the launcher: use the mpirun that belongs to it, or name the launcher's "
          + "library in INKSTONE_MPI_LIBRARY.")
    }
    return communicator
  }
}

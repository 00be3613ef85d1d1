import InkTensor
import Testing

@Suite("Process launch")
struct ProcessLaunchTests {
  @Test(
    "the variables of a launcher say how many processes there are",
    arguments: [
      ([:], .alone),
      (["OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "1"], .openMPI(size: 4)),
      (["OMPI_COMM_WORLD_SIZE": "1"], .alone),
      (["OMPI_COMM_WORLD_SIZE": "many"], .alone),
      (["PMI_SIZE": "2", "PMI_RANK": "0"], .processManager(size: 2)),
      (["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "8"], .processManagerExascale(size: 8)),
      (["PMIX_RANK": "0"], .processManagerExascale(size: nil)),
      (["SLURM_PROCID": "0", "SLURM_NTASKS": "2"], .alone),
      (["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"], .alone),
      (["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"], .unconnectedTasks(size: 2)),
    ] as [([String: String], ProcessLaunch)])
  func environment(variables: [String: String], expected: ProcessLaunch) {
    #expect(ProcessLaunch(environment: variables) == expected)
  }

  @Test("a process that was started by itself needs no library")
  func alone() throws {
    let communicator = try ProcessLaunch.alone.join(library: "/nowhere/libmpi.so")
    #expect(communicator.rank == 0)
    #expect(communicator.size == 1)
    #expect(try communicator.sum([1.5]) == [1.5])
  }

  @Test("a library that is not there is named, with what to install")
  func missingLibrary() {
    let error = #expect(throws: TensorError.self) {
      try ProcessLaunch.openMPI(size: 2).join(library: "/nowhere/libmpi.so")
    }
    #expect(error?.code == .unsupported)
    #expect(error?.description.contains("/nowhere/libmpi.so") == true)
    #expect(error?.description.contains("openmpi-bin") == true)
  }

  @Test("tasks of srun without MPI are refused rather than run side by side")
  func unconnected() {
    let error = #expect(throws: TensorError.self) { try ProcessLaunch.unconnectedTasks(size: 2).join() }
    #expect(error?.description.contains("srun --mpi=pmix") == true)
  }
}

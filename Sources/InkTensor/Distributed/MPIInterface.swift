#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The binary interfaces of MPI libraries: the standard fixes names, each interface what a handle is.
enum MPIInterface: Sendable, CaseIterable {
  /// Handles are addresses of objects in the library.
  case openMPI
  /// Handles are numbers (MPICH, Intel MPI, MVAPICH: the MPICH ABI Compatibility Initiative).
  case mpich

  /// Where the system may find a library, best first.
  var fileNames: [String] {
    #if canImport(Darwin)
      switch self {
      case .openMPI:
        ["libmpi.40.dylib", "libmpi.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib"]
      case .mpich:
        ["libmpi.12.dylib", "/opt/homebrew/opt/mpich/lib/libmpi.dylib", "/usr/local/opt/mpich/lib/libmpi.dylib"]
      }
    #else
      switch self {
      case .openMPI: ["libmpi.so.40", "libmpi.so"]
      case .mpich: ["libmpich.so.12", "libmpi.so.12"]
      }
    #endif
  }

  /// The bytes of a request's handle.
  var requestStride: Int {
    switch self {
    case .openMPI: MemoryLayout<UnsafeRawPointer>.size
    case .mpich: MemoryLayout<Int32>.size
    }
  }

  /// The handles of an opened library, as they are passed: in a register of which the library reads what it needs, so that
  /// one signature does for addresses and numbers.
  ///
  /// - Returns: nil if the library is not of this interface.
  func handles(in library: UnsafeMutableRawPointer, version: String) -> MPIHandles? {
    switch self {
    case .openMPI:
      func address(_ name: String) -> UInt? { dlsym(library, name).map { UInt(bitPattern: $0) } }
      guard let world = address("ompi_mpi_comm_world"), let byte = address("ompi_mpi_byte"),
        let errorsReturn = address("ompi_mpi_errors_return")
      else { return nil }
      return MPIHandles(world: world, byte: byte, errorsReturn: errorsReturn)
    case .mpich:
      let known = ["MPICH", "Intel(R) MPI", "MVAPICH"]
      guard known.contains(where: { version.hasPrefix($0) }) else { return nil }
      return MPIHandles(world: 0x4400_0000, byte: 0x4c00_010d, errorsReturn: 0x5400_0001)
    }
  }
}

/// The handles that are used of a library.
struct MPIHandles: Sendable {
  /// `MPI_COMM_WORLD`
  let world: UInt
  /// `MPI_BYTE`
  let byte: UInt
  /// `MPI_ERRORS_RETURN`
  let errorsReturn: UInt
}

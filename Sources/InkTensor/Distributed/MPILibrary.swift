#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An MPI library that was found at run time: nothing of it is needed to build or to run in one process.
///
/// `@unchecked Sendable`: addresses of functions and handles, which never change; the library is never closed.
struct MPILibrary: @unchecked Sendable {
  typealias Initialize =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32
  typealias Finish = @convention(c) () -> Int32
  typealias AskCommunicator = @convention(c) (UInt, UnsafeMutablePointer<Int32>?) -> Int32
  typealias SetErrorHandler = @convention(c) (UInt, UInt) -> Int32
  typealias Send =
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UInt, Int32, Int32, UInt, UnsafeMutableRawPointer?
    ) -> Int32
  typealias Test =
    @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32
  typealias Count = @convention(c) (UnsafeMutableRawPointer?, UInt, UnsafeMutablePointer<Int32>?) -> Int32
  typealias Abort = @convention(c) (UInt, Int32) -> Int32
  typealias ErrorText =
    @convention(c) (Int32, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>?) -> Int32
  typealias Version = @convention(c) (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>?) -> Int32
  typealias Flag = @convention(c) (UnsafeMutablePointer<Int32>?) -> Int32

  /// The name under which it was found.
  let file: String
  /// What it says of itself, its first line.
  let version: String
  let interface: MPIInterface
  let handles: MPIHandles

  let initThread: Initialize
  let initialized: Flag
  let finalize: Finish
  let rank: AskCommunicator
  let size: AskCommunicator
  let setErrorHandler: SetErrorHandler
  let isend: Send
  let irecv: Send
  let test: Test
  let count: Count
  let abort: Abort
  private let errorText: ErrorText

  /// Opens the first of some libraries that is there.
  static func open(_ files: [String]) throws(TensorError) -> MPILibrary {
    var reasons: [String] = []
    for file in files {
      // Open MPI opens parts of itself later, which look for the names of this library.
      if let handle = dlopen(file, RTLD_NOW | RTLD_GLOBAL) { return try MPILibrary(handle, file: file) }
      reasons.append(dlerror().map { String(cString: $0) } ?? file)
    }
    throw TensorError(
      .unsupported, context: "a run over several processes", expected: "an MPI library",
      found: reasons.joined(separator: "; "),
      hint: "Install Open MPI (Debian: openmpi-bin), or name its library in INKSTONE_MPI_LIBRARY.")
  }

  private init(_ library: UnsafeMutableRawPointer, file: String) throws(TensorError) {
    func function<Signature>(_ name: String, _ signature: Signature.Type) throws(TensorError) -> Signature {
      guard let address = dlsym(library, name) else {
        throw TensorError(
          .unsupported, context: file, expected: "a function \(name)", hint: "This is no MPI library; install Open MPI."
        )
      }
      return unsafeBitCast(address, to: signature)
    }
    self.file = file
    initThread = try function("MPI_Init_thread", Initialize.self)
    initialized = try function("MPI_Initialized", Flag.self)
    finalize = try function("MPI_Finalize", Finish.self)
    rank = try function("MPI_Comm_rank", AskCommunicator.self)
    size = try function("MPI_Comm_size", AskCommunicator.self)
    setErrorHandler = try function("MPI_Comm_set_errhandler", SetErrorHandler.self)
    isend = try function("MPI_Isend", Send.self)
    irecv = try function("MPI_Irecv", Send.self)
    test = try function("MPI_Test", Test.self)
    count = try function("MPI_Get_count", Count.self)
    abort = try function("MPI_Abort", Abort.self)
    errorText = try function("MPI_Error_string", ErrorText.self)
    let ask = try function("MPI_Get_library_version", Version.self)
    let version = MPILibrary.text { ask($0, $1) }
    self.version = version.split(separator: "\n").first.map(String.init) ?? version
    for interface in MPIInterface.allCases {
      guard let handles = interface.handles(in: library, version: version) else { continue }
      self.interface = interface
      self.handles = handles
      return
    }
    throw TensorError(
      .unsupported, context: file, expected: "the binary interface of Open MPI or of MPICH", found: self.version,
      hint: "Install Open MPI (Debian: openmpi-bin) and start the run by its mpirun.")
  }

  /// What the library says of an error.
  func describe(_ status: Int32) -> String {
    MPILibrary.text { errorText(status, $0, $1) }
  }

  /// Text that the library writes: 8,192 bytes are the most that any asks for.
  private static func text(
    _ write: (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>?) -> Int32
  ) -> String {
    var buffer = [CChar](repeating: 0, count: 16_384)
    var length: Int32 = 0
    let status = buffer.withUnsafeMutableBufferPointer { write($0.baseAddress, &length) }
    guard status == 0 else { return "error \(status)" }
    let bytes = buffer.prefix(max(0, min(Int(length), buffer.count))).prefix { $0 != 0 }
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends a process that the system gives no more memory: no fault of the program, so without a crash report, and with the
/// status of the command's conventions (5). Every operation allocates, and none could go on.
func endWithoutMemory(_ bytes: Int) -> Never {
  let message = Array(
    "error: out of memory: the system gave no \(bytes) bytes more. Free some, or use a smaller model or context.\n".utf8
  )
  _ = write(2, message, message.count)
  exit(5)
}

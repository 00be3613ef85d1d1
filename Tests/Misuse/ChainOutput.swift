// error: requires the types 'String' and 'Int' be equivalent
import Inkstone

/// What a chain makes is what its last step makes.
let count = Transform("count") { (text: String) in text.count }

func run() async throws -> String {
  #if MISUSE
    return try await Chain { count }("ink")
  #else
    return String(try await Chain { count }("ink"))
  #endif
}

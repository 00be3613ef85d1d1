/// Reads programs as they are written; the language follows from the file's name.
public struct SourceCodeLoader: DocumentLoader {
  public let mediaTypes = [
    "text/x-source", "application/javascript", "text/javascript", "text/css", "application/x-sh",
  ]
  public let fileExtensions: [String]
  private let limits: ReadingLimits

  /// The key of the metadata that names the language.
  static let languageKey = "programming_language"

  private static let languages: [(name: String, endings: [String])] = [
    ("assembly", ["s", "asm"]), ("c", ["c", "h"]), ("c++", ["cc", "cpp", "cxx", "hh", "hpp", "hxx"]), ("c#", ["cs"]),
    ("clojure", ["clj"]), ("cmake", ["cmake"]), ("css", ["css", "scss", "less"]), ("cuda", ["cu", "cuh"]),
    ("dart", ["dart"]), ("dockerfile", ["dockerfile"]), ("elixir", ["ex", "exs"]), ("erlang", ["erl"]),
    ("fortran", ["f90", "f95", "f"]), ("go", ["go"]), ("graphql", ["graphql"]), ("groovy", ["groovy", "gradle"]),
    ("haskell", ["hs"]), ("ini", ["ini", "cfg", "conf", "properties"]), ("java", ["java"]),
    ("javascript", ["js", "mjs", "cjs", "jsx"]), ("julia", ["jl"]), ("kotlin", ["kt", "kts"]),
    ("lisp", ["el", "lisp"]),
    ("lua", ["lua"]), ("make", ["mk", "makefile"]), ("matlab", ["m"]), ("ocaml", ["ml", "mli"]),
    ("perl", ["pl", "pm"]),
    ("php", ["php"]), ("protobuf", ["proto"]), ("python", ["py", "pyi"]), ("r", ["r"]), ("ruby", ["rb"]),
    ("rust", ["rs"]), ("scala", ["scala"]), ("shell", ["sh", "bash", "zsh", "fish"]), ("sql", ["sql"]),
    ("swift", ["swift"]), ("toml", ["toml"]), ("typescript", ["ts", "tsx"]), ("vue", ["vue"]),
    ("yaml", ["yaml", "yml"]),
    ("zig", ["zig"]),
  ]

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) {
    self.limits = limits
    fileExtensions = SourceCodeLoader.languages.flatMap(\.endings)
  }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, name: name)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try builder.append(text)
    builder.metadata["encoding"] = encoding.rawValue
    let ending = DocumentReader.fileExtension(of: name)
    let language = SourceCodeLoader.languages.first { $0.endings.contains(ending) }?.name
    builder.metadata[SourceCodeLoader.languageKey] = language ?? "unknown"
    if let warning { builder.warn(warning) }
    return builder.text
  }
}

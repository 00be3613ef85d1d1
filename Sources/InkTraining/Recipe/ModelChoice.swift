public import InkFormats

/// What a run begins from.
public enum ModelChoice: Sendable, Hashable {
  /// A model that is there: a name, a folder, a GGUF file.
  case stored(String)
  /// A configuration as `config.json` of a family would have it, with weights drawn from a normal distribution.
  case fresh(config: JSONObject, deviation: Double)

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("model") else {
      throw reader.error("model", expected: "a path, or a config to begin from nothing")
    }
    let path = try part.text("path")
    let config = try part.json("config")
    let deviation = try part.number("deviation", in: 1e-6...10)
    try part.finish()
    switch (path, config) {
    case (let path?, nil):
      guard deviation == nil else {
        throw part.error("deviation", expected: "a config beside it: stored weights are not drawn")
      }
      self = .stored(path)
    case (nil, .object(let config)?): self = .fresh(config: config, deviation: deviation ?? 0.02)
    case (nil, _?): throw part.error("config", expected: "names with values, as in config.json")
    case (nil, nil), (_?, _?): throw reader.error("model", expected: "either a path or a config")
    }
  }
}

package import InkFormats

/// Where the weights of a checkpoint come from.
package enum CheckpointOrigin: Sendable {
  case folder(ModelFolder)
  case gguf(GGUFModel, path: String)
  /// Nowhere yet: they are drawn.
  case fresh
}

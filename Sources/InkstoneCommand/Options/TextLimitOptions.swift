import ArgumentParser
package import InkInference

/// What becomes of texts with more tokens than a model reads.
package struct TextLimitOptions: ParsableArguments {
  @Flag(help: "Leave out the end of texts that are too long instead of refusing them.")
  package var truncate = false

  package init() {}

  /// The limit that was asked for.
  package var limit: TextLimit { truncate ? .cut : .refuse }
}

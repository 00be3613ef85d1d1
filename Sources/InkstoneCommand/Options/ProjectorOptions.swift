package import ArgumentParser
package import InkModels

/// The file that makes a GGUF model read pictures.
package struct ProjectorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file that lets a GGUF model read pictures; mmproj-NAME.gguf beside NAME.gguf is found by itself.",
      valueName: "path"))
  package var mmproj: String?

  package init() {}

  /// The options with the file that was named.
  package func loading(_ options: LoadingOptions = LoadingOptions()) -> LoadingOptions {
    guard let mmproj else { return options }
    var options = options
    options.projector = .file(mmproj)
    return options
  }
}

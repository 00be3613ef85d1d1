package import ArgumentParser
import InkChat
import InkFormats
import InkModels

/// `inkstone convert`: the same model in other files.
package struct ConvertCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a folder into GGUF, GGUF into a folder, or change types.",
    discussion: """
      A destination that ends with .gguf is written as one, any other as a folder in Hugging Face layout. Without \
      --type every tensor keeps its type; packed ones are decoded to f32 for a folder. What was written is read back \
      and compared before the command ends.

        inkstone convert SmolLM2-135M smollm2-q8_0.gguf --type q8_0
        inkstone convert e5-small E5-f32
        inkstone convert smollm2-q8_0.gguf SmolLM2-f16 --type f16
        inkstone convert old-model new-model --type bf16 --shard-size 2GB
      """)

  @Argument(help: "A built-in name, a .gguf file, a folder or org/name[:quant][@revision].")
  package var source: String

  @Argument(help: "The folder or .gguf file to write; new.")
  package var destination: String

  @Option(help: "The type of the matrices: \(ConvertedType.names.joined(separator: ", ")).")
  package var type: String?

  @Option(name: .customLong("shard-size"), help: "The most bytes of a file in a folder, such as 5GB.")
  package var shardSize = ByteAmount(bytes: 5_000_000_000)

  @Flag(help: "Use only what is on this machine.")
  package var offline = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws { _ = try convertedType() }

  private func convertedType() throws -> ConvertedType {
    guard let type else { return .asStored }
    guard let known = ConvertedType(name: type) else {
      throw ValidationError("--type: expected one of \(ConvertedType.names.joined(separator: ", ")), found \(type).")
    }
    return known
  }

  package mutating func run() async throws {
    let conversion = ModelConversion(type: try convertedType(), sharding: .limit(shardSize.bytes))
    let opener = ModelOpener(network: offline ? .offline : .online, output: output)
    let report = try conversion.convert(try await opener.resolve(source).mainPath, to: destination)
    if output.json { return try output.result(json(report).text) }
    output.remark(
      "\(report.tensors) tensors, \(Amount.bytes(UInt64(report.bytes))): "
        + report.types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        + "; read back and compared")
    let lists = [
      ("rows are no whole blocks", report.widened), ("not needed, left out", report.dropped),
      ("files not copied", report.uncopiedFiles),
    ]
    for (text, names) in lists where !names.isEmpty { output.remark("\(text): \(names.joined(separator: ", "))") }
    for remark in report.remarks { output.remark(remark) }
    try output.result(destination)
  }

  private func json(_ report: ConversionReport) -> Report {
    func list(_ names: [String]) -> Report { .array(names.map { .string($0) }) }
    let types: Report = .object(report.types.sorted { $0.key < $1.key }.map { JSONMember($0.key, .whole($0.value)) })
    return [
      "path": .string(destination), "files": list(report.files), "tensors": .whole(report.tensors),
      "bytes": .whole(report.bytes), "types": types, "widened": list(report.widened), "dropped": list(report.dropped),
      "left_out": list(report.uncopiedFiles), "remarks": list(report.remarks),
    ]
  }
}

import Foundation
import InkFormats
import InkTensor

/// The pictures with known samples: the folder `images` of `INKSTONE_GOLDEN` where it has one, else that of the fixtures.
enum GoldenImages {
  static let folder: String = {
    let own = GoldenData.path("images")
    return FileManager.default.fileExists(atPath: own) ? own : GoldenData.fixtures + "/images"
  }()

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasSuffix(".safetensors") }
    .sorted()

  static func bytes(_ name: String) throws -> [UInt8] { try GoldenData.bytes("\(folder)/\(name)") }

  /// What a reference decoder gives, [height, width, 3].
  static func expected(_ name: String) throws -> Tensor {
    try SafetensorsFile.open("\(folder)/expected.safetensors").tensor(name)
  }
}

import InkFormats
import InkNN
package import InkTensor

extension DecoderLM {
  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of all maps and tables.
  ///
  /// A base that was trained further, or is stored with other precision, has another one. The same weights have the same
  /// on any machine.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.fingerprint(on: cpu) }
}

extension [AdapterSite] {
  /// SHA-256 over the names, the sizes and some rows of all of them.
  func fingerprint(on cpu: CPU) -> String {
    var hasher = TensorHasher()
    for site in self {
      hasher.update([UInt8]("\(site.name) \(site.outputs) \(site.inputs)\n".utf8))
      let rows = Set([0, 1, site.outputs / 3, site.outputs / 2, site.outputs - 1]).filter {
        $0 >= 0 && $0 < site.outputs
      }
      hasher.update(StoredTensor(name: site.name, cpu.gatherRows(rows.sorted(), of: site.weight)))
    }
    return hasher.hexadecimal
  }
}

import InkFormats
import InkNN
import InkTensor

/// Changes with vectors between or behind their matrices.
extension AdapterExport {
  /// VeRA: the vectors of a module; the matrices are noted, as all modules have parts of the same.
  mutating func addVectors(_ changes: [[LowRank]], _ module: AdapterBase.Module) throws(AdapterError) {
    var (behind, rows) = ([Tensor](), [(site: String, rows: Tensor)]())
    for (site, own) in zip(module.sites, changes) {
      guard own.count == 1, own[0].inner != nil, own[0].scale == 1, let outer = own[0].outer else {
        throw incomplete(module)
      }
      behind.append(outer)
      rows.append((site.name, dense(own[0].up)))
    }
    guard let between = changes[0][0].inner, let up = try base.rowsOfModules(rows)[module.name] else {
      throw incomplete(module)
    }
    store(between, .vectorBetween, of: module.name)
    store(try joined(behind, module).flat, .vectorBehind, of: module.name)
    let down = dense(changes[0][0].down)
    guard let known = shared else {
      shared = (down, up)
      return
    }
    shared = (
      known.down.shape[1] < down.shape[1] ? down : known.down, known.up.shape[0] < up.shape[0] ? up : known.up
    )
  }

  /// VeRA: the matrices themselves, so that nobody has to draw them again.
  mutating func addShared() throws(AdapterError) {
    guard let shared else { return }
    tensors.append(StoredTensor(name: AdapterTensors.sharedDown, shared.down.detached))
    tensors.append(StoredTensor(name: AdapterTensors.sharedUp, shared.up.detached))
  }

  /// AdaLoRA: matrices and values of the rank they began with; values that were taken away are zeros.
  mutating func addSingular(_ changes: [[LowRank]], _ module: AdapterBase.Module) throws(AdapterError) {
    var rows: [(site: String, rows: Tensor)] = []
    for (site, own) in zip(module.sites, changes) {
      guard own.count == 1, own[0].inner != nil, own[0].outer == nil else { throw incomplete(module) }
      rows.append((site.name, dense(own[0].up)))
    }
    let first = changes[0][0]
    guard let values = first.inner, let up = try base.rowsOfModules(rows)[module.name] else {
      throw incomplete(module)
    }
    // Without the ending `.weight`, as PEFT has them for this method.
    store(dense(first.down), .down, of: module.name, form: 1)
    store(up, .up, of: module.name, form: 1)
    store(values.reshaped([values.elementCount, 1]), .singularValues, of: module.name)
    changed.append((module.name, first.rank, first.scale))
  }
}

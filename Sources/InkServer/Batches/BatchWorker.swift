import Logging
import ServiceLifecycle

/// Works off batches while the server runs: first those that an earlier run left, then what is handed over.
struct BatchWorker: Service {
  let services: ServerServices
  let responder: LocalResponder
  let logger: Logger

  func run() async throws {
    let permits = LinePermits(services.store.limits.batchConcurrency)
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for batch in await earlier() { group.addTask { await work(batch, permits) } }
        for await batch in services.batches.orders { group.addTask { await work(batch, permits) } }
        group.cancelAll()
      }
    }
  }

  /// Batches that an earlier run did not finish. After those it finished it may not have cleaned up.
  private func earlier() async -> [StoredIdentifier] {
    do throws(ServerError) {
      let batches = services.store.batches
      var left: [StoredIdentifier] = []
      for record in try await batches.all() {
        let isFinal = (try? BatchRecord(record.body))?.status.isFinal ?? true
        if !isFinal { left.append(record.identifier) } else { try await batches.removeLog(record.identifier) }
      }
      return left
    } catch {
      logger.error("batches of an earlier run cannot be read", metadata: ["error": "\(error)"])
      return []
    }
  }

  private func work(_ batch: StoredIdentifier, _ permits: LinePermits) async {
    let run = BatchRun(
      identifier: batch, services: services, responder: responder, permits: permits)
    do throws(ServerError) {
      try await run.workOff()
    } catch  where Task.isCancelled {
      // The server is being stopped; the next run goes on.
    } catch {
      logger.error("batch stands still", metadata: ["batch": "\(batch)", "error": "\(error)"])
    }
  }
}

extension BatchWorker: CustomStringConvertible {
  /// A name for logs. Without one a service is written out with all it holds: keys, and every byte of the page.
  var description: String { "BatchWorker" }
}

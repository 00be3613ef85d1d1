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
        for record in await unfinished() { group.addTask { await work(record, permits) } }
        for await batch in services.batches.orders { group.addTask { await work(batch, permits) } }
        group.cancelAll()
      }
    }
  }

  private func unfinished() async -> [StoredIdentifier] {
    do throws(ServerError) {
      return try await services.store.batches.all().filter { record in
        (try? BatchRecord(record.body))?.status.isFinal == false
      }.map(\.identifier)
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

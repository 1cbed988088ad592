using Platform.Grains.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>The log in <c>audit.db</c> for sinks, on a thread of its own; how far each was fed is in <c>audit-sinks.db</c>. The log's file must exist.</summary>
internal sealed class SqliteAuditFeed(DataDirectory directory) : IAuditFeed, IDisposable
{
    private readonly ReaderThreads<SqliteFeedSession> _thread = new("audit sinks", 1, () => new SqliteFeedSession(directory.AuditFile, directory.AuditSinksFile));

    /// <summary>There is nobody else.</summary>
    public ValueTask<bool> HasTurnAsync(string sink, CancellationToken cancel) => ValueTask.FromResult(true);

    public ValueTask EndTurnAsync(string sink) => ValueTask.CompletedTask;

    public async ValueTask BeginAsync(string sink, bool fromNow, CancellationToken cancel) => await _thread.ReadAsync(
        session =>
        {
            session.Begin(sink, fromNow);
            return true;
        },
        cancel);

    public async ValueTask<IReadOnlyList<SinkBacklog>> BehindAsync(string sink, bool isWhole, CancellationToken cancel) =>
        await _thread.ReadAsync(session => session.Behind(sink, isWhole), cancel);

    public async ValueTask<IReadOnlyList<AuditRow>> ReadAsync(SinkStream stream, long after, int count, CancellationToken cancel) =>
        await _thread.ReadAsync(session => session.Read(stream, after, count), cancel);

    public async ValueTask AdvanceAsync(string sink, IReadOnlyList<SinkPlace> places, CancellationToken cancel) => await _thread.ReadAsync(
        session =>
        {
            session.Advance(sink, places);
            return true;
        },
        cancel);

    public void Dispose() => _thread.Dispose();
}

using System.Collections.Concurrent;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Testing;

/// <summary>An audit log whose appends for a tenant fail or wait when a test wants them to.</summary>
public sealed class FaultyAuditLog(IAuditLog inner) : IAuditLog
{
    private readonly ConcurrentDictionary<TenantId, Fault> _faults = new();

    private enum Fault
    {
        Refuse = 0,
        LoseAnswer,
    }

    private readonly ConcurrentDictionary<TenantId, bool> _failSeals = new();
    private readonly ConcurrentDictionary<TenantId, bool> _unreadable = new();
    private readonly ConcurrentDictionary<TenantId, Gate> _gates = new();

    /// <summary>The tenant's next append fails and stores nothing.</summary>
    public void FailAppend(TenantId tenant) => _faults[tenant] = Fault.Refuse;

    /// <summary>Whether a fault of an append is still to come.</summary>
    public bool WillFail(TenantId tenant) => _faults.ContainsKey(tenant);

    /// <summary>Whether rows of the tenant can be read.</summary>
    public void Readable(TenantId tenant, bool isReadable) => _unreadable[tenant] = !isReadable;

    /// <summary>The tenant's next seal of a segment fails and stores nothing.</summary>
    public void FailSeal(TenantId tenant) => _failSeals[tenant] = true;

    /// <summary>The tenant's next append is stored, but its answer gets lost.</summary>
    public void LoseAnswer(TenantId tenant) => _faults[tenant] = Fault.LoseAnswer;

    /// <summary>The tenant's next append waits at the returned gate.</summary>
    public Gate HoldAppend(TenantId tenant) => _gates[tenant] = new Gate();

    public ValueTask<AuditHead> HeadAsync(TenantId tenant, string shard, CancellationToken cancel) => inner.HeadAsync(tenant, shard, cancel);

    public async ValueTask AppendAsync(TenantId tenant, string shard, IReadOnlyList<AuditRow> rows, CancellationToken cancel)
    {
        if (_gates.TryRemove(tenant, out var gate))
        {
            await gate.PassAsync();
        }

        if (!_faults.TryRemove(tenant, out var fault))
        {
            await inner.AppendAsync(tenant, shard, rows, cancel);
            return;
        }

        if (fault == Fault.LoseAnswer)
        {
            await inner.AppendAsync(tenant, shard, rows, cancel);
        }

        throw new IOException("Input/output error (injected).");
    }

    public ValueTask IntendAsync(TenantId tenant, string shard, IReadOnlyList<AuditEvent> intents, CancellationToken cancel) => inner.IntendAsync(tenant, shard, intents, cancel);

    public ValueTask<IReadOnlyList<AuditIntentRow>> IntentsAsync(DateTimeOffset before, int count, CancellationToken cancel) => inner.IntentsAsync(before, count, cancel);

    public ValueTask<IReadOnlyList<AuditRow>> ReadAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel) =>
        _unreadable.GetValueOrDefault(tenant) ? throw new IOException("Input/output error (injected).") : inner.ReadAsync(tenant, shard, from, count, cancel);

    public ValueTask SealAsync(TenantId tenant, string shard, AuditSegmentRow segment, CancellationToken cancel) =>
        _failSeals.TryRemove(tenant, out _) ? throw new IOException("Input/output error (injected).") : inner.SealAsync(tenant, shard, segment, cancel);

    public ValueTask<AuditSegmentRow?> LastSegmentAsync(TenantId tenant, string shard, CancellationToken cancel) => inner.LastSegmentAsync(tenant, shard, cancel);

    public ValueTask<IReadOnlyList<AuditSegmentRow>> SegmentsAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel) =>
        inner.SegmentsAsync(tenant, shard, from, count, cancel);

    public ValueTask<string?> PrunedAsync(TenantId tenant, string shard, CancellationToken cancel) => inner.PrunedAsync(tenant, shard, cancel);

    public ValueTask PruneAsync(TenantId tenant, string shard, long through, string statement, CancellationToken cancel) => inner.PruneAsync(tenant, shard, through, statement, cancel);

    public ValueTask<IReadOnlySet<Guid>> ExistingAsync(TenantId tenant, IReadOnlyList<Guid> eventIds, CancellationToken cancel) =>
        inner.ExistingAsync(tenant, eventIds, cancel);

    /// <summary>Holds one append between its arrival and its commit.</summary>
    public sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when an append waits here.</summary>
        public Task Reached => _reached.Task;

        public void Open() => _opened.TrySetResult();

        internal Task PassAsync()
        {
            _reached.TrySetResult();
            return _opened.Task;
        }
    }
}

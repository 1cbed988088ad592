using System.Diagnostics;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;

namespace Platform.Api.Mcp;

/// <summary>One message of a batch: a record of its own, and the batch's way back.</summary>
internal sealed class BatchElement(IMcpExchange batch) : IMcpExchange
{
    private readonly AuditEntry _entry = Describe(batch);

    public McpGate.Admission Admission => batch.Admission;

    public AuditEntry Entry => _entry;

    public Activity? Activity => batch.Activity;

    public CancellationToken Gone => batch.Gone;

    // A batch in a batch is none.
    public bool MayBatch => false;

    public Problem? EndedBy => batch.EndedBy;

    // Headers speak of a body with one message.
    public bool HasHeaders => false;

    public bool SendsPieces => false;

    public AuditEntry NewEntry() => batch.NewEntry();

    public string? Header(string name) => null;

    // 2025-03-26, Lifecycle: initialize MUST NOT be part of a batch; the metadata of 2026-07-28 has no place in one either.
    public Problem? EraOf(McpMessage message, out McpEra era)
    {
        era = McpEra.Legacy;
        return message.MetaVersion is not null || string.Equals(message.Method, "initialize", StringComparison.Ordinal)
            ? Problem.InvalidRequest("This message must not be part of a batch.")
            : null;
    }

    public ValueTask<Result<ILegacySession>> EnterAsync() => batch.EnterAsync();

    public ValueTask<Result<string?>> OpenSessionAsync(McpMessage message) => throw new InvalidOperationException("A batch opens no session.");

    public void CancelModern(ReadOnlyMemory<byte> id)
    {
    }

    public CancellationToken Begin(McpMessage message, McpEra era, ILegacySession? session) => batch.Begin(message, era, session);

    public ValueTask<Result<PermissionSet>> PermissionsAsync(CancellationToken cancel) => batch.PermissionsAsync(cancel);

    public void End(Problem reason) => batch.End(reason);

    public void Wait() => batch.Wait();

    public ValueTask SendAsync(ReadOnlyMemory<byte> message) => batch.SendAsync(message);

    public ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    private static AuditEntry Describe(IMcpExchange batch)
    {
        var entry = batch.NewEntry();
        (entry.Tenant, entry.Caller) = (batch.Admission.Tenant.Id, batch.Admission.Caller.Caller);
        return entry;
    }
}

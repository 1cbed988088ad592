using System.Diagnostics;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;
using Platform.Api.Mcp;

namespace Platform.Api.Catalogue;

/// <summary>One request that came through the management API. Its message was written here, in the modern era; whoever waits for it gets the answer and nothing before.</summary>
internal sealed class ManagedExchange(McpGate.Admission admission, AuditEntry entry, Activity? activity, TimeProvider clock, CancellationToken gone) : IMcpExchange, IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(gone);

    public McpGate.Admission Admission => admission;

    public AuditEntry Entry => entry;

    public Activity? Activity => activity;

    public CancellationToken Gone => gone;

    public bool MayBatch => false;

    public bool HasHeaders => false;

    public bool SendsPieces => false;

    public Problem? EndedBy { get; private set; }

    public AuditEntry NewEntry() => new(clock, entry.Transport, entry.Address);

    public string? Header(string name) => null;

    public Problem? EraOf(McpMessage message, out McpEra era)
    {
        era = McpEra.Modern;
        return null;
    }

    public ValueTask<Result<ILegacySession>> EnterAsync() => throw new InvalidOperationException("A modern request has no session.");

    public ValueTask<Result<string?>> OpenSessionAsync(McpMessage message) => throw new InvalidOperationException("A modern request opens no session.");

    public void CancelModern(ReadOnlyMemory<byte> id)
    {
        // It is alone.
    }

    public CancellationToken Begin(McpMessage message, McpEra era, ILegacySession? session) => _end.Token;

    // It is over before what was decided of its caller is old.
    public ValueTask<Result<PermissionSet>> PermissionsAsync(CancellationToken cancel) => ValueTask.FromResult<Result<PermissionSet>>(admission.Caller.Permissions);

    public void End(Problem reason)
    {
        EndedBy ??= reason;
        _end.Cancel();
    }

    public void Wait()
    {
        // Whoever waits does so with an HTTP client of their own patience.
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message) => ValueTask.CompletedTask;

    public ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    public void Dispose() => _end.Dispose();
}

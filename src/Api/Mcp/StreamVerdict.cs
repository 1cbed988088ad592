using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;

namespace Platform.Api.Mcp;

/// <summary>
/// Whether a stream or socket that was admitted once may stay open (TR-10), and what its caller may hear now (AZ-6): the tenant is asked for anew, and the credential is judged again. A verdict
/// that this node still keeps costs no question to a grain. When nobody answers, the last one counts for a while, and then no more.
/// </summary>
/// <param name="gate">Who judges.</param>
/// <param name="opened">What was admitted.</param>
/// <param name="credential">With which it was admitted.</param>
/// <param name="address">Where it came from.</param>
/// <param name="admitted">Timestamp of the admission.</param>
/// <param name="unjudged">How long the last verdict counts when there is no new one.</param>
/// <param name="clock">Of this node.</param>
/// <param name="logger">Hears of what could not be judged.</param>
internal sealed partial class StreamVerdict(McpGate gate, McpGate.Admission opened, Credential credential, string? address, long admitted, TimeSpan unjudged, TimeProvider clock, ILogger logger)
{
    /// <summary>What one question may always take, however old the last verdict is.</summary>
    private static readonly TimeSpan OneQuestion = TimeSpan.FromSeconds(5);

    private AuthenticatedCaller _caller = opened.Caller;
    private long _judged = admitted;

    /// <summary>The caller with the permissions it has now; a problem ends whatever is open.</summary>
    public async ValueTask<Result<AuthenticatedCaller>> AskAsync(CancellationToken cancel)
    {
        var asked = clock.GetTimestamp();
        try
        {
            var asking = NowAsync(gate, opened, credential, address);
            if (!(asking.IsCompletedSuccessfully ? asking.Result : await asking.AsTask().WaitAsync(Patience(), clock, cancel)).Try(out var now, out var refused))
            {
                return refused;
            }

            Volatile.Write(ref _caller, now.Caller);
            Volatile.Write(ref _judged, asked);
            return Now(now.Caller);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Log.NotJudged(logger, failure);
            return Last();
        }
    }

    /// <summary>The tenant and the caller as they are now. The slug may be another tenant's by then: the credential is not for it.</summary>
    public static async ValueTask<Result<(TenantView Tenant, AuthenticatedCaller Caller)>> NowAsync(McpGate gate, McpGate.Admission opened, Credential credential, string? address)
    {
        if (!(await gate.FindTenantAsync(opened.Tenant.Slug)).Try(out var tenant, out var refused) || !(await gate.VerifyAsync(tenant, credential, address)).Try(out var caller, out refused))
        {
            return refused;
        }

        return (tenant, caller);
    }

    private TimeSpan Patience()
    {
        var left = unjudged - clock.GetElapsedTime(Volatile.Read(ref _judged));
        return left > OneQuestion ? left : OneQuestion;
    }

    private Result<AuthenticatedCaller> Last()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _judged)) >= unjudged)
        {
            return new Problem(ProblemCode.Unavailable, "The credential cannot be verified at the moment.");
        }

        var caller = Volatile.Read(ref _caller);
        return caller.ExpiresAt <= clock.GetUtcNow() ? Problem.Unauthenticated() : Now(caller);
    }

    // A role that was given for a time or a place is looked at each time.
    private AuthenticatedCaller Now(AuthenticatedCaller caller) => caller.At(clock.GetUtcNow(), address);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpStreamNotJudged", Level = LogLevel.Warning, Message = "The credential of an open stream or socket could not be judged again.")]
        public static partial void NotJudged(ILogger logger, Exception failure);
    }
}

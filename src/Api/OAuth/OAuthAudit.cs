using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.RateLimits;

namespace Platform.Api.OAuth;

/// <summary>Puts on record what an authorization server did or refused, before anybody hears of it (AL-1).</summary>
internal sealed class OAuthAudit(AuditTrail trail, RefusalLimiter refusals, TimeProvider clock)
{
    private const string Transport = "oauth";

    /// <summary>Throws when it cannot be written: then it has not happened.</summary>
    public Task DoneAsync(TenantId tenant, HttpContext? http, string action, string? target, Caller? caller)
    {
        var entry = Entry(tenant, http, action, target, caller);
        entry.Succeed();
        entry.Ran = true;
        return trail.WriteAsync(entry, AuditMode.Durable);
    }

    /// <summary>A refusal; many of one address are counted, as everywhere.</summary>
    public Task RefusedAsync(TenantId tenant, HttpContext? http, string action, string? target, ProblemCode code, Caller? caller = null)
    {
        var entry = Entry(tenant, http, action, target, caller);
        entry.Fail(code);
        var verdict = refusals.Take(http?.Connection.RemoteIpAddress, out var counted);
        if (verdict == RefusalVerdict.Count)
        {
            return Task.CompletedTask;
        }

        entry.Counted = verdict == RefusalVerdict.Summarize ? counted : null;
        return trail.WriteAsync(entry, AuditMode.Durable);
    }

    private AuditEntry Entry(TenantId tenant, HttpContext? http, string action, string? target, Caller? caller) =>
        new(clock, Transport, http?.Connection.RemoteIpAddress?.ToString()) { Tenant = tenant, Class = AuditClass.Authentication, Action = action, Target = target, Caller = caller };
}

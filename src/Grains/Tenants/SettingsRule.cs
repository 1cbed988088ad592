using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenants;

/// <summary>Settings of a tenant are changed by its admins, but for what the platform answers for: how durable its trail is, and how much a key may ask.</summary>
internal static class SettingsRule
{
    public static Result<TenantState> Change(TenantState state, TenantSettings settings, long expected, Caller caller)
    {
        if (expected != state.Version)
        {
            return Problem.PreconditionFailed();
        }

        var next = Chosen(state, settings);
        return caller.Tenant != TenantId.Platform && (next.AuditMode != state.AuditMode || next.RateLimit != state.RateLimit)
            ? new Problem(ProblemCode.PermissionDenied, "Only the platform's operators change auditMode and rateLimit.")
            : next;
    }

    /// <summary>What is left out is as it is for a new tenant.</summary>
    public static TenantState Chosen(TenantState state, ITenantSettings settings) => state with
    {
        DisplayName = string.IsNullOrWhiteSpace(settings.DisplayName) ? state.Slug : settings.DisplayName.Trim(),
        AuditMode = settings.AuditMode,
        RateLimit = settings.RateLimit ?? RateLimitRule.Default,
        AllowedOrigins = settings.AllowedOrigins ?? [],
        InputLimits = settings.InputLimits,
    };
}

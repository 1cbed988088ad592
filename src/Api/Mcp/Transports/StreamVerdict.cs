using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;

namespace Platform.Api.Mcp.Transports;

/// <summary>Whether a stream or socket that was admitted once may stay open (TR-10): the tenant is asked for anew, and the credential is judged again.</summary>
internal static class StreamVerdict
{
    /// <summary>Null while it may.</summary>
    public static async ValueTask<Problem?> AskAsync(McpGate gate, TenantView tenant, Credential credential, string? address) => (await CallerAsync(gate, tenant, credential, address)).Problem;

    /// <summary>The caller with the permissions it has now.</summary>
    public static async ValueTask<Result<AuthenticatedCaller>> CallerAsync(McpGate gate, TenantView tenant, Credential credential, string? address)
    {
        if (!(await gate.FindTenantAsync(tenant.Slug)).Try(out var current, out var gone))
        {
            return gone;
        }

        return await gate.VerifyAsync(current, credential, address);
    }

    /// <summary>The admission as it would be now. Nothing is taken from a limit.</summary>
    public static async ValueTask<Result<McpGate.Admission>> ReadmitAsync(McpGate gate, McpGate.Admission before, Credential credential, string? address, DateTimeOffset now)
    {
        if (!(await gate.FindTenantAsync(before.Tenant.Slug)).Try(out var tenant, out var refused)
            || !(await gate.VerifyAsync(tenant, credential, address)).Try(out var caller, out refused))
        {
            return refused;
        }

        // The slug may be another tenant's by now: then the credential is not for it.
        return before with { Tenant = tenant, Caller = caller.At(now, address) };
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Sessions;

/// <summary>Whose login a request wants to try.</summary>
/// <param name="Tenant">The platform, when the tenant does not exist.</param>
/// <param name="Principal">Nobody's, when the tenant or the name cannot exist.</param>
internal readonly record struct Candidate(TenantId Tenant, string Principal);

/// <summary>
/// What stands before every password, secret and code: exact buckets of the address and of the user, closed when they cannot be asked (AU-11). They fill again by themselves,
/// so nobody is ever locked out for good.
/// </summary>
internal sealed class SignInGate(TenantGrains grains, RateGate rates)
{
    /// <summary>Guesses per address, of IPv6 its /64, and per user from anywhere.</summary>
    private static readonly RateLimitRule Attempts = new(10, 10);

    private static readonly SearchValues<char> UserNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>No principal can be called so: it is verified, at the same cost, and never matches.</summary>
    private const string Nobody = "usr_~";

    /// <summary>The same for a page that belongs to a tenant: the buckets are those of the console's sign-in, for two doors must not give twice the guesses.</summary>
    public async ValueTask<Result<Candidate>> TryAsync(TenantView tenant, string user, string? address)
    {
        var name = NameOf(user);
        return await TakeAsync(address, tenant.Slug, name) is { } limited ? limited : new Candidate(tenant.Id, PrincipalOf(name, user));
    }

    /// <summary>Takes a permit of each bucket and finds the login that is meant. What does not exist is somebody who does not match, not an error.</summary>
    public async ValueTask<Result<Candidate>> TryAsync(string? tenant, string user, ManagementExchange exchange)
    {
        var name = NameOf(user);
        var slug = string.IsNullOrWhiteSpace(tenant) ? null : TenantSlug.IsValid(tenant) ? tenant : "~";
        exchange.Entry.Target = slug is null ? $"usr_{name}" : $"{slug}/usr_{name}";
        if (await TakeAsync(exchange.Entry.Address, slug, name) is { } limited)
        {
            return limited;
        }

        var principal = PrincipalOf(name, user);
        if (slug is null)
        {
            return new Candidate(TenantId.Platform, principal);
        }

        if (slug == "~" || !(await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var found, out _))
        {
            return new Candidate(TenantId.Platform, Nobody);
        }

        exchange.Entry.Tenant = found;
        return new Candidate(found, principal);
    }

    /// <summary>The same buckets before a signed-in user shows a password or a code: a stolen session must not guess either.</summary>
    public ValueTask<Problem?> TakeAsync(ConsoleSessionView session, string? address) =>
        TakeAsync(address, session.TenantSlug, session.Principal.StartsWith("usr_", StringComparison.Ordinal) ? session.Principal[4..] : session.Principal);

    /// <summary>A session under a new id, never one that was known before (session fixation).</summary>
    public async Task<Result<ConsoleSessionOpened>> OpenAsync(TenantId tenant, string principal, LoginVerdict verdict, HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var command = new OpenConsoleSession(principal, verdict, http.Connection.RemoteIpAddress?.ToString(), Printable(agent));
        return await grains.For(tenant).Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(command);
    }

    private static string NameOf(string user) => user.Length <= 64 && !user.AsSpan().ContainsAnyExcept(UserNames) ? user : "unknown";

    private static string PrincipalOf(string name, string user) => string.Equals(name, user, StringComparison.Ordinal) ? $"usr_{name}" : Nobody;

    private async ValueTask<Problem?> TakeAsync(string? address, string? slug, string name) =>
        await rates.TakeExactAsync(TenantId.Platform, $"login/{ClientNetwork.Of(address)}", Attempts)
        ?? await rates.TakeExactAsync(TenantId.Platform, slug is null ? $"login-user/{name}" : $"login-user/{slug}/{name}", Attempts);

    // Shown to people later: a name of a browser, not a letter to an operator.
    private static string? Printable(string agent) =>
        agent.Length == 0 ? null : new string([.. agent.Take(200).Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
}

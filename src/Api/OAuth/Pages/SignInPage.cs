using System.Buffers;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits;

namespace Platform.Api.OAuth.Pages;

/// <summary>Where a person shows who it is. It knows nothing of the client that sent it but what leads back to the request.</summary>
internal sealed class SignInPage(OAuthTenant tenant, Visitor visitor, TenantGrains grains, RateGate rates, OAuthAudit audit)
{
    /// <summary>Guesses per address, and per user from anywhere; exact, and closed when it cannot be asked (AU-11).</summary>
    private static readonly RateLimitRule Attempts = new(10, 10);

    private const int MaxPassword = 1_024;

    /// <summary>No principal can be called so: it is verified, at the same cost, and never matches.</summary>
    private const string Nobody = "usr_~";
    private const string Wrong = "The user, the password or the code is wrong.";
    private static readonly SearchValues<char> UserNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <param name="http">Of the request; its visitor was read.</param>
    /// <param name="query">Of the request for authorization, with its question mark.</param>
    /// <param name="problem">What was wrong with the last try.</param>
    /// <param name="status">Of the answer.</param>
    public Task ShowAsync(HttpContext http, string query, string? problem = null, int status = StatusCodes.Status200OK) => Page.WriteAsync(
        http,
        tenant,
        "Sign in",
        $"""
        {(problem is null ? "" : $"<p class=\"problem\" role=\"alert\">{Page.Text(problem)}</p>")}
        <form method="post" action="{Page.Text(tenant.Issuer.AbsoluteUri)}/oauth/sign-in">
        <input type="hidden" name="form" value="{visitor.FormKey}">
        <input type="hidden" name="request" value="{Page.Text(query)}">
        <label for="user">User</label>
        <input id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64" autofocus>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="{MaxPassword}">
        <label for="code">Code of your authenticator <span class="hint">if you have one</span></label>
        <input id="code" name="code" autocomplete="one-time-code" maxlength="20">
        <button class="primary" type="submit">Sign in</button>
        </form>
        """,
        status: status);

    public async Task PostAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await visitor.ReadAsync(http);
        var request = form["request"].ToString();
        if (!visitor.Owns(http, form["form"]) || request.Length is 0 or > 6_000 || request[0] != '?')
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", null, ProblemCode.OriginDenied);
            await Page.ErrorAsync(http, tenant, "This form is not valid any more", "Open the sign-in page again; your browser must accept its cookie.");
            return;
        }

        var user = form["user"].ToString();
        var password = form["password"].ToString();
        var name = user.Length is > 0 and <= 64 && !user.AsSpan().ContainsAnyExcept(UserNames) ? user : "unknown";
        var principal = string.Equals(name, user, StringComparison.Ordinal) ? $"usr_{name}" : Nobody;
        if (await LimitAsync(http, name) is { } limited)
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", principal, limited.Code);
            await ShowAsync(http, request, "Too many attempts. Wait a minute and try again.", StatusCodes.Status429TooManyRequests);
            return;
        }

        // A user that does not exist costs the same time and gets the same answer.
        if (password.Length is 0 or > MaxPassword || await VerifyAsync(principal, password, form["code"].ToString()) is not null)
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", principal, ProblemCode.Unauthenticated);
            await ShowAsync(http, request, Wrong, StatusCodes.Status401Unauthorized);
            return;
        }

        await visitor.SignInAsync(http, principal);
        await audit.DoneAsync(tenant.Id, http, "oauth/sign-in", principal, new Caller(tenant.Id, principal, "password"));
        Security.SecurityHeaders.Api(http.Response.Headers);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = $"{tenant.Issuer.AbsoluteUri}/oauth/authorize{request}";
    }

    // The buckets of the console's sign-in: two doors do not give twice the guesses.
    private async ValueTask<Problem?> LimitAsync(HttpContext http, string name) =>
        await rates.TakeExactAsync(TenantId.Platform, $"login/{http.Connection.RemoteIpAddress}", Attempts)
        ?? await rates.TakeExactAsync(TenantId.Platform, $"login-user/{tenant.View.Slug}/{name}", Attempts);

    // The authenticator's code is checked once the login stream's grain is there; until then no user has one.
    private async ValueTask<Problem?> VerifyAsync(string principal, string password, string code)
    {
        _ = code;
        return await grains.For(tenant.Id).Get<IPrincipalGrain>(principal).VerifyPasswordAsync(password);
    }
}

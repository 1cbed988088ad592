using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Sessions;

namespace Platform.Api.OAuth.Pages;

/// <summary>Where a person shows who it is. It knows nothing of the client that sent it but what leads back to the request.</summary>
internal sealed class SignInPage(OAuthTenant tenant, Visitor visitor, TenantGrains grains, SignInGate gate, OAuthAudit audit)
{
    private const int MaxRequest = 6_000;
    private const string Wrong = "The user, the password or the code is wrong.";
    private const string CodeNeeded = "Type the password again, and the code of your authenticator or a recovery code.";
    private const string FactorNeeded = "Your organization asks for an authenticator. Sign in to the console and set one up first.";

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
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="{PasswordRules.MaxLength}">
        <label for="code">Code of your authenticator <span class="hint">if you have one</span></label>
        <input id="code" name="code" autocomplete="one-time-code" maxlength="{LoginCodes.MaxLength}">
        <button class="primary" type="submit">Sign in</button>
        </form>
        """,
        status: status);

    public async Task PostAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await visitor.ReadAsync(http);
        var request = form["request"].ToString();
        if (!visitor.Owns(http, form["form"]) || request.Length is 0 or > MaxRequest || request[0] != '?')
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", null, ProblemCode.OriginDenied);
            await Page.ErrorAsync(http, tenant, "This form is not valid any more", "Open the sign-in page again; your browser must accept its cookie.");
            return;
        }

        var address = http.Connection.RemoteIpAddress?.ToString();
        if (!(await gate.TryAsync(tenant.View, form["user"].ToString(), address)).Try(out var candidate, out var limited))
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", null, limited.Code);
            await ShowAsync(http, request, "Too many attempts. Wait a minute and try again.", StatusCodes.Status429TooManyRequests);
            return;
        }

        // A user that does not exist costs the same time and gets the same answer.
        var proof = new LoginProof(form["password"].ToString(), form["code"].ToString() is { Length: > 0 } code ? code : null);
        if (!(await VerifyAsync(candidate, proof)).Try(out var verdict, out var refused))
        {
            await RefuseAsync(http, request, candidate, refused, refused.Code == ProblemCode.SecondFactorRequired ? CodeNeeded : Wrong);
            return;
        }

        if (await visitor.SignInAsync(http, candidate.Principal, verdict) is { } kept)
        {
            await RefuseAsync(http, request, candidate, kept, kept.Code == ProblemCode.SecondFactorRequired ? FactorNeeded : Wrong);
            return;
        }

        await audit.DoneAsync(tenant.Id, http, "oauth/sign-in", candidate.Principal, new Caller(tenant.Id, candidate.Principal, "password"));
        Security.SecurityHeaders.Popup(http.Response.Headers);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = $"{tenant.Issuer.AbsoluteUri}/oauth/authorize{request}";
    }

    private async ValueTask<Result<LoginVerdict>> VerifyAsync(Candidate candidate, LoginProof proof) =>
        proof.Password.Length is 0 or > PasswordRules.MaxLength || proof.Code is { Length: > LoginCodes.MaxLength }
            ? Problem.Unauthenticated()
            : await grains.For(candidate.Tenant).Get<ILoginGrain>(candidate.Principal).VerifyAsync(proof);

    private async Task RefuseAsync(HttpContext http, string request, Candidate candidate, Problem refused, string text)
    {
        await audit.RefusedAsync(tenant.Id, http, "oauth/sign-in", candidate.Principal, refused.Code);
        await ShowAsync(http, request, text, StatusCodes.Status401Unauthorized);
    }
}

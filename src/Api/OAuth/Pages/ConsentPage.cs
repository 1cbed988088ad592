using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using Platform.Abstractions.OAuth;

namespace Platform.Api.OAuth.Pages;

/// <summary>Where a person decides: which program, where its answer goes, to what, and what it may do there. Asked every time; nothing is remembered.</summary>
internal sealed class ConsentPage(OAuthTenant tenant, Visitor visitor)
{
    /// <summary>Fields of the form that are ours and not the request's.</summary>
    private static readonly string[] Own = ["form", "decision"];

    public Task ShowAsync(HttpContext http, OpenIddictRequest request, OAuthClientView client, SignedIn who, IReadOnlyCollection<string> scopes)
    {
        var redirect = new Uri(request.RedirectUri!, UriKind.Absolute);
        var hidden = new StringBuilder();
        foreach (var (name, value) in request.GetParameters())
        {
            if (!Own.Contains(name, StringComparer.Ordinal))
            {
                foreach (var one in (ImmutableArray<string?>?)value ?? [])
                {
                    hidden.Append("<input type=\"hidden\" name=\"").Append(Page.Text(name)).Append("\" value=\"").Append(Page.Text(one)).Append("\">\n");
                }
            }
        }

        var items = string.Concat(scopes.Select(scope => $"<li>{Page.Text(OAuthScopes.Describe(scope))} <code>{Page.Text(scope)}</code></li>\n"));
        return Page.WriteAsync(
            http,
            tenant,
            "Allow access?",
            $"""
            <p><strong>{Page.Text(client.Name)}</strong> asks to act for you at <strong>{Page.Text(tenant.View.DisplayName)}</strong>.</p>
            <dl>
            <dt>Application</dt><dd>{Page.Text(client.Name)}{(client.FromMetadata ? $" <span class=\"hint\">described by {Page.Text(new Uri(client.Id).Host)}; nobody here has checked it</span>" : "")}</dd>
            <dt>Answer goes to</dt><dd><code>{Page.Text(Host(redirect))}</code>{(redirect.IsLoopback ? " <span class=\"hint\">a program on this computer</span>" : "")}</dd>
            <dt>Endpoint</dt><dd><code>{Page.Text(request.GetResources()[0])}</code></dd>
            <dt>Signed in as</dt><dd>{Page.Text(who.Principal)}</dd>
            </dl>
            <h2>It will be able to</h2>
            <ul>
            {items}</ul>
            <p class="hint">Never more than you may do yourself.</p>
            <form method="post" action="{Page.Text(tenant.Issuer.AbsoluteUri)}/oauth/authorize">
            {hidden}<input type="hidden" name="form" value="{visitor.FormKey}">
            <div class="actions">
            <button class="primary" type="submit" name="decision" value="allow">Allow</button>
            <button type="submit" name="decision" value="deny">Deny</button>
            </div>
            </form>
            """,
            Source(redirect));
    }

    /// <summary>The source of a content security policy that is this URI's origin. An IPv6 address has no form there: then its scheme is.</summary>
    internal static string Source(Uri redirect) => redirect.Scheme is "https" or "http" && redirect.HostNameType != UriHostNameType.IPv6
        ? $"{redirect.Scheme}://{redirect.Authority}"
        : $"{redirect.Scheme}:";

    private static string Host(Uri redirect) => redirect.Scheme is "https" or "http" ? redirect.Authority : $"{redirect.Scheme}:";
}

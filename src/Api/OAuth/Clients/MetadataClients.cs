using OpenIddict.Abstractions;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Api.Outbound;
using Platform.Api.RateLimits;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// Clients whose id is the https URL of a document about them. The document is fetched for people who have signed in, and for nobody else: a stranger cannot make this server ask anybody
/// anything.
/// </summary>
internal sealed class MetadataClients(OAuthTenant tenant, IOpenIddictApplicationManager applications, DocumentFetcher fetcher, RateGate rates, TimeProvider clock)
{
    /// <summary>Most such clients of a tenant, beside those that were registered.</summary>
    public const int MaxClients = 500;

    /// <summary>Most of these that one person brings in.</summary>
    public const int MaxOfPrincipal = 20;

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);
    private static readonly RateLimitRule Fetches = new(10, 10);

    /// <summary>Whether an id is one of a document, well or badly formed.</summary>
    public static bool IsUrl(string? id) => id is not null && id.Contains("://", StringComparison.Ordinal);

    /// <summary>Reads the document, unless it was read a few minutes ago, and notes what it says.</summary>
    /// <param name="id">As the request has it.</param>
    /// <param name="principal">Who is signed in, and pays for the fetch.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<Problem?> KnowAsync(string id, string principal, CancellationToken cancel)
    {
        if (!IsValid(id, out var url))
        {
            return Problem.InvalidRequest("The client's id is not the URL of a client metadata document: https, with a path, without fragment, user or dot segments.");
        }

        var now = clock.GetUtcNow();
        var application = await applications.FindByClientIdAsync(id, cancel);
        var known = application is null ? null : await ClientProfile.ReadAsync(applications, application, cancel);
        if (known?.FreshUntil > now)
        {
            return null;
        }

        if (await rates.TakeExactAsync(tenant.Id, $"client-documents/{principal}", Fetches) is { } limited)
        {
            return limited;
        }

        if (!(await fetcher.GetAsync(url, cancel)).Try(out var fetched, out var failed))
        {
            return failed;
        }

        if (!IsJson(fetched.MediaType) || ClientDocument.Read(id, fetched.Body) is not { } document)
        {
            return Problem.InvalidRequest("The client's metadata document does not describe this client, or not as it must.");
        }

        var descriptor = ClientRegistry.Describe(id, document.Name, document.Keys is null ? OAuthClientKind.Public : OAuthClientKind.Confidential, document.RedirectUris, actsForItself: false);
        descriptor.JsonWebKeySet = document.Keys;
        new ClientProfile { CreatedAt = known?.CreatedAt ?? now, CreatedBy = known?.CreatedBy ?? principal, FreshUntil = now + Freshness }.WriteTo(descriptor);
        if (application is not null)
        {
            await applications.UpdateAsync(application, descriptor, cancel);
            return null;
        }

        var census = await ClientCensus.TakeAsync(applications, principal, cancel);
        if (census.OfPrincipal >= MaxOfPrincipal)
        {
            return Problem.QuotaExceeded($"You have brought {MaxOfPrincipal} clients into this tenant; ask its administrator to delete some.");
        }

        if (census.FromMetadata >= MaxClients)
        {
            return Problem.QuotaExceeded("This tenant knows too many clients; ask its administrator to delete some.");
        }

        await applications.CreateAsync(descriptor, cancel);
        return null;
    }

    private static bool IsValid(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(id, UriKind.Absolute, out url)
        && id.Length <= 2_048
        && string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
        && url.AbsolutePath.Length > 1
        && url.UserInfo.Length == 0
        && !id.Contains('#', StringComparison.Ordinal)

        // What parsing would change (case, dot segments, a default port) would be another id for the same document.
        && string.Equals(url.AbsoluteUri, id, StringComparison.Ordinal);

    private static bool IsJson(string type) => type is "application/json" || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal));
}

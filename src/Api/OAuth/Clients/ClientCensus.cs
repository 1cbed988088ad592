using OpenIddict.Abstractions;

namespace Platform.Api.OAuth.Clients;

/// <summary>How many clients the tenant in scope has, by where they come from: what describes itself must not take the room of what an administrator registers.</summary>
/// <param name="Registered">Made by administrators.</param>
/// <param name="FromMetadata">Known by their documents.</param>
/// <param name="OfPrincipal">Of these, whom this person brought in first.</param>
internal readonly record struct ClientCensus(int Registered, int FromMetadata, int OfPrincipal)
{
    /// <summary>Reads every client, at most both bounds together: for the rare moment when one more is made.</summary>
    public static async ValueTask<ClientCensus> TakeAsync(IOpenIddictApplicationManager applications, string principal, CancellationToken cancel)
    {
        var (registered, fromMetadata, ofPrincipal) = (0, 0, 0);
        await foreach (var application in applications.ListAsync(ClientRegistry.MaxClients + MetadataClients.MaxClients, 0, cancel))
        {
            var profile = await ClientProfile.ReadAsync(applications, application, cancel);
            if (!profile.IsFromMetadata)
            {
                registered++;
                continue;
            }

            fromMetadata++;
            if (string.Equals(profile.CreatedBy, principal, StringComparison.Ordinal))
            {
                ofPrincipal++;
            }
        }

        return new ClientCensus(registered, fromMetadata, ofPrincipal);
    }
}

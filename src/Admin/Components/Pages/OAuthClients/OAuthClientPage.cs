using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.OAuthClients;

/// <summary>A page about the clients of a tenant's authorization server.</summary>
public abstract class OAuthClientPage : OwnedPage
{
    protected sealed override string Area => "oauth-clients";

    protected sealed override string Title => "OAuth clients";

    /// <summary>The address of one of them, or of what is done with it. An id may be a URL, so it is no segment of a path.</summary>
    /// <param name="id">Of the client.</param>
    /// <param name="verb">Such as <c>/delete</c>.</param>
    protected string Of(string id, string verb = "") => $"{Root}/client{verb}?id={Uri.EscapeDataString(id)}";
}

using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.Resources;

/// <summary>A page of a tenant's resources.</summary>
public abstract class ResourcePage : OwnedPage
{
    protected override string Area => "resources";

    protected override string Title => "Resources";

    /// <summary>The views of the first pages, with this one marked.</summary>
    protected IReadOnlyList<(string Text, string Href, bool IsCurrent)> Views(string current) =>
        [("Memory", Root, current == "memory"), ("Files", Root + "/files", current == "files"), ("Web pages", Root + "/hosts", current == "hosts")];
}

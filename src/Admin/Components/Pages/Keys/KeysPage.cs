using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.Keys;

/// <summary>A page about the keys of a tenant or, under another address, about the management keys of the platform.</summary>
public abstract class KeysPage : OwnedPage
{
    protected sealed override string Area => Slug is null ? "management-keys" : "keys";

    protected sealed override string Title => Slug is null ? "Management keys" : "Keys";
}

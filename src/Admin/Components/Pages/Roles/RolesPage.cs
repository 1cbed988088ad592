using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.Roles;

/// <summary>A page about the roles of a tenant or, under another address, about those of the platform, which its operators and management keys have.</summary>
public abstract class RolesPage : OwnedPage
{
    protected sealed override string Area => "roles";

    protected sealed override string Title => "Roles";

    /// <summary>What permissions of these roles can speak of.</summary>
    internal IReadOnlyList<PermissionArea> Areas => PermissionAreas.Of(isPlatform: Slug is null);

    /// <summary>The first page of those who have the roles.</summary>
    protected string People => Slug is null ? "/operators" : $"/tenants/{Slug}/members";
}

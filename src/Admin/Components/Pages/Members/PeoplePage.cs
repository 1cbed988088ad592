using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.Members;

/// <summary>A page about the members of a tenant or, under another address, about the operators of the platform.</summary>
public abstract class PeoplePage : OwnedPage
{
    protected sealed override string Area => Slug is null ? "operators" : "members";

    protected sealed override string Title => Slug is null ? "Operators" : "Members";

    /// <summary>The first page of the roles that they have.</summary>
    protected string RolesRoot => Slug is null ? "/roles" : $"/tenants/{Slug}/roles";

    /// <summary>One of them, in a sentence.</summary>
    protected string One => Slug is null ? "operator" : "member";
}

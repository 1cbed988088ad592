using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Tenants;
using Platform.Admin.Access;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Tenants;

/// <summary>A page of something that a tenant has and the platform has for itself, too: one page, two addresses.</summary>
public abstract class OwnedPage : ComponentBase
{
    [Inject] internal ManagementClient Management { get; set; } = null!;

    /// <summary>Null on the platform's page.</summary>
    [Parameter] public string? Slug { get; set; }

    [CascadingParameter] public HttpContext Context { get; set; } = null!;

    [CascadingParameter] internal Held? Held { get; set; }

    /// <summary>Null on the platform's page, and on one that needs no more of it than its name in the address; by its name alone for who may not read it.</summary>
    protected TenantView? Tenant { get; private set; }

    /// <summary>Whether the page shows the tenant, and not only something in it.</summary>
    protected virtual bool LoadsTenant => true;

    /// <summary>Whose things these are, for people.</summary>
    protected string OwnerName => Tenant?.DisplayName ?? Slug ?? "Platform";

    /// <summary>Why the page cannot be shown.</summary>
    protected ProblemView? Problem { get; set; }

    /// <summary>Why what was asked for was not done.</summary>
    protected ProblemView? Refusal { get; private set; }

    /// <summary>The last segment of the first page's address.</summary>
    protected abstract string Area { get; }

    /// <summary>Of this area, for people.</summary>
    protected abstract string Title { get; }

    /// <summary>The address of the first page.</summary>
    protected string Root => Slug is null ? "/" + Area : $"/tenants/{Slug}/{Area}";

    protected sealed override async Task OnInitializedAsync()
    {
        if (Slug is not null && LoadsTenant)
        {
            if (!(await Management.NamedTenantAsync(Slug)).Try(out var tenant, out var problem))
            {
                Problem = problem;
                return;
            }

            Tenant = tenant;
        }

        await LoadAsync();
    }

    /// <summary>Fetches what the page shows; sets <see cref="Problem"/> when it cannot be shown.</summary>
    protected abstract Task LoadAsync();

    /// <summary>From the root to a page below the first one. The tenant goes by its slug, as in the rail: not every page asks for its name.</summary>
    protected IReadOnlyList<(string Text, string? Href)> Trail(params (string Text, string? Href)[] below) => Slug is null
        ? [(Title, Root), .. below]
        : [("Tenants", "/tenants"), (Slug, "/tenants/" + Slug), (Title, Root), .. below];

    protected string? Error(string name) => Refusal?.ErrorFor(name);

    protected void Refuse(ProblemView problem)
    {
        Refusal = problem;
        Context.Respond(problem.PageStatus);
    }

    /// <summary>Shows what was refused, or goes on to another page.</summary>
    internal void Follow<T>(Answer<T> answer, string path)
    {
        if (answer.Problem is { } problem)
        {
            Refuse(problem);
            return;
        }

        Context.GoTo(path);
    }
}

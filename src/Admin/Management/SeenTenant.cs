using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Management;

/// <summary>The tenants that are there, as far as REST has shown while this page was made. An address may name any: the rail has the sections of these alone.</summary>
internal sealed class SeenTenant
{
    private string? _slug;

    /// <summary>There is one more: the rail is drawn before the page has asked for anything.</summary>
    public event EventHandler? Seen;

    public static SeenTenant Of(HttpContext context)
    {
        if (context.Features.Get<SeenTenant>() is { } known)
        {
            return known;
        }

        var made = new SeenTenant();
        context.Features.Set(made);
        return made;
    }

    public bool Is(string slug) => string.Equals(_slug, slug, StringComparison.Ordinal);

    /// <param name="slug">Of the tenant that something was asked of.</param>
    /// <param name="problem">Why it was refused, if it was. A thing that is missing is missed in a tenant; whoever may not ask learns of none.</param>
    public void Hear(string slug, ProblemView? problem)
    {
        if (problem is { Status: StatusCodes.Status403Forbidden } or { Status: StatusCodes.Status404NotFound, Code: null or "tenant-not-found" } || Is(slug))
        {
            return;
        }

        _slug = slug;
        Seen?.Invoke(this, EventArgs.Empty);
    }
}

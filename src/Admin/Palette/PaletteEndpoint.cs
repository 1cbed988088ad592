using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Admin.Access;
using Platform.Admin.Management;
using Platform.Admin.Security;
using Platform.Admin.Session;

namespace Platform.Admin.Palette;

/// <summary>What the command palette finds beside the links of its page: <c>/palette?q=…&amp;tenant=…</c>, for its script. It changes nothing.</summary>
internal static class PaletteEndpoint
{
    /// <summary>Fewer letters are in nearly every name.</summary>
    private const int Shortest = 2;

    /// <summary>Of a part of a name, as REST takes it.</summary>
    private const int Longest = 100;

    /// <summary>Escapes what a browser could take for markup, as the host's own options need not.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static RouteHandlerBuilder MapPalette(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/palette", FindAsync).WithMetadata(new ConsoleEndpoint()).RequireAuthorization(ConsoleCookie.Policy);

    private static async Task<IResult> FindAsync(HttpContext context, ManagementClient management)
    {
        var (words, tenant) = (context.Request.Query["q"].ToString().Trim(), context.Request.Query["tenant"].ToString());
        var own = context.TenantSlug();
        if (words.Length is < Shortest or > Longest || (own is not null && tenant.Length > 0 && tenant != own))
        {
            return Answer([]);
        }

        var slug = own ?? (tenant.Length == 0 ? null : tenant);
        return Answer(await new PaletteSearch(management, await Held.AskAsync(management), slug, words).FindAsync(isOperator: own is null));
    }

    private static IResult Answer(IReadOnlyList<PaletteHit> items) => Results.Json(new { items }, Json);
}

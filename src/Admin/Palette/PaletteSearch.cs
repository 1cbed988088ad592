using Platform.Abstractions.Keys;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Admin.Access;
using Platform.Admin.Components.Pages.Catalogue;
using Platform.Admin.Components.Pages.Limits;
using Platform.Admin.Components.Pages.Members;
using Platform.Admin.Components.Pages.Resources;
using Platform.Admin.Components.Pages.Secrets;
using Platform.Admin.Management;

namespace Platform.Admin.Palette;

/// <summary>
/// What a tenant or, where the slug is null, the platform has by a part of its name. Of each kind a few, and a bounded number of pages looked at;
/// one list after the other, so that REST is not asked any more as soon as somebody types on.
/// </summary>
internal sealed class PaletteSearch(ManagementClient management, Held held, string? slug, string words)
{
    /// <summary>Of one kind.</summary>
    private const int Most = 5;

    /// <summary>Of one list. With a condition REST may answer a short page, and go on.</summary>
    private const int MostPages = 4;

    private readonly List<PaletteHit> _hits = [];
    private readonly string _root = slug is null ? "" : "/tenants/" + slug;

    public async Task<IReadOnlyList<PaletteHit>> FindAsync(bool isOperator)
    {
        await (slug is null ? OfPlatformAsync() : OfTenantAsync(slug));
        if (isOperator)
        {
            await AddAsync("tenants:read", "/tenants", token => management.TenantsAsync(Most, token, words), tenant => new PaletteHit("Tenant", tenant.DisplayName, tenant.Slug, "/tenants/" + tenant.Slug));
        }

        return _hits;
    }

    private async Task OfTenantAsync(string tenant)
    {
        await OfOwnerAsync("/keys", "/members", "Key");
        await AddAsync("tools:read", _root + "/catalogue", token => management.ToolsAsync(tenant, token), tool => new PaletteHit("Tool", tool.Name, Title(tool.Title, tool.Name), $"{_root}/catalogue/tool?name={Uri.EscapeDataString(tool.Name)}"));
        await AddAsync("prompts:read", _root + "/catalogue", token => management.PromptsAsync(tenant, token), prompt => new PaletteHit("Prompt", prompt.Name, Title(prompt.Title, prompt.Name), $"{_root}/catalogue/prompt?name={Uri.EscapeDataString(prompt.Name)}"));
        if (MemoryKey.IsValid(words))
        {
            // By its beginning alone: REST refuses what no key can begin with, and has that on record.
            await AddAsync("resources:read", _root + "/resources", token => management.MemoryAsync(tenant, words, Most, token), entry => new PaletteHit("Memory", entry.Key, null, $"{_root}/resources/memory/{Uri.EscapeDataString(entry.Key)}"));
        }

        await AddAsync("resources:read", _root + "/resources/files", token => management.FilesAsync(tenant, null, ManagementClient.MostItems, token), file => new PaletteHit("File", file.Path, null, FolderOf(file.Path)));
        await AddAsync("https-hosts:read", _root + "/resources/hosts", _ => management.HttpsHostsAsync(tenant), host => new PaletteHit("Web host", host.Host, null, $"{_root}/resources/hosts/{Uri.EscapeDataString(host.Host)}"));
    }

    private async Task OfPlatformAsync()
    {
        await OfOwnerAsync("/management-keys", "/operators", "Management key");
        await AddAsync("rate-limit-plans:read", "/plans", _ => management.PlansAsync(), plan => new PaletteHit("Plan", plan.Name, null, "/plans/" + plan.Name));
    }

    /// <summary>What the platform has for itself, too.</summary>
    private async Task OfOwnerAsync(string keys, string people, string key)
    {
        await AddAsync("keys:read", _root + keys, token => management.FindKeysAsync(slug, "&name=" + Uri.EscapeDataString(words), Most, token), found => new PaletteHit(found.Status switch { KeyStatus.Revoked => key + ", revoked", KeyStatus.Expired => key + ", expired", _ => key }, found.Name, found.Id, $"{_root}{keys}/{found.Id}"));
        await AddAsync("principals:read", _root + people, token => management.PrincipalsAsync(slug, null, Most, token, words), found => new PaletteHit(Words.Of(found.Kind), found.DisplayName, found.Id, $"{_root}{people}/{found.Id}"));
        await AddAsync("roles:read", _root + "/roles", token => management.RolePageAsync(slug, token), role => new PaletteHit("Role", role.Name, null, $"{_root}/roles/{role.Name}"));
        await AddAsync("secrets:read", _root + "/secrets", token => management.SecretsAsync(slug, ManagementClient.MostItems, token), secret => new PaletteHit("Secret", secret.Name, null, _root + "/secrets"));
    }

    /// <summary>What they may not read is not asked for, so that no refusal is on record; a list that REST refuses all the same is left out.</summary>
    private async Task AddAsync<T>(string permission, string list, Func<string?, Task<Answer<Page<T>>>> ask, Func<T, PaletteHit> show)
    {
        var room = held.May(permission, list) ? Most : 0;
        string? token = null;
        for (var page = 0; page < MostPages && room > 0 && (page == 0 || token is not null); page++)
        {
            if (!(await ask(token)).Try(out var read, out _))
            {
                return;
            }

            // Lists without a condition of their own are looked through here.
            PaletteHit[] found = [.. read.Items.Select(show).Where(hit => Has(hit.Text) || Has(hit.More)).Where(hit => held.MayOpen(hit.Href)).Take(room)];
            _hits.AddRange(found);
            (room, token) = (room - found.Length, read.NextPageToken);
        }
    }

    /// <summary>Null where it says no more than the name.</summary>
    private static string? Title(string title, string name) => string.Equals(title, name, StringComparison.OrdinalIgnoreCase) ? null : title;

    private bool Has(string? text) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    private string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var end ? $"{_root}/resources/files?folder={Uri.EscapeDataString(path[..end])}" : _root + "/resources/files";
}

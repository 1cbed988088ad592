using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Platform.Abstractions.Files;
using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Resources;

/// <summary>A tenant's memory, its files, and the web pages that its agents may read.</summary>
internal static class ResourceCalls
{
    private const string Memory = "/resources/memory", Files = "/resources/files", Hosts = "/resources/https-hosts";

    public static Task<Answer<Page<MemoryEntry>>> MemoryAsync(this ManagementClient management, string slug, string? prefix, int size, string? token) =>
        management.InTenantAsync<Page<MemoryEntry>>(HttpMethod.Get, slug, Memory + ManagementClient.Paging(size, token) + (prefix is null ? "" : "&prefix=" + Uri.EscapeDataString(prefix)));

    public static Task<Answer<MemoryUsage>> MemoryUsageAsync(this ManagementClient management, string slug) => management.InTenantAsync<MemoryUsage>(HttpMethod.Get, slug, Memory + ":usage");

    /// <summary>What lists show of one key: of all that begin with it, it is the first.</summary>
    public static async Task<Answer<MemoryEntry>> MemoryEntryAsync(this ManagementClient management, string slug, string key)
    {
        if (!MemoryKey.IsValid(key))
        {
            return new Answer<MemoryEntry>(ProblemView.NotFound());
        }

        return !(await management.MemoryAsync(slug, key, 1, null)).Try(out var page, out var problem) ? new Answer<MemoryEntry>(problem)
            : page.Items is [var entry] && entry.Key == key ? new Answer<MemoryEntry>(entry)
            : new Answer<MemoryEntry>(ProblemView.NotFound());
    }

    /// <summary>The value of an entry that is a text.</summary>
    public static async Task<Answer<string>> MemoryTextAsync(this ManagementClient management, string slug, string key)
    {
        if (!MemoryKey.IsValid(key) || !TenantSlug.IsValid(slug))
        {
            return new Answer<string>(ProblemView.NotFound());
        }

        try
        {
            using var answer = await management.OpenAsync(HttpMethod.Get, $"v1/tenants/{slug}{Memory}/{key}");
            return answer.IsSuccessStatusCode
                ? new Answer<string>(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()))
                : new Answer<string>((await ManagementClient.ReadAsync<bool>(answer, CancellationToken.None)).Problem ?? ProblemView.NotFound());
        }
        catch (HttpRequestException)
        {
            return new Answer<string>(ProblemView.Unavailable());
        }
    }

    /// <summary>Writes a value under a key that has none.</summary>
    public static async Task<Answer<MemoryEntry>> AddMemoryAsync(this ManagementClient management, string slug, string key, string value, string type, int ttlSeconds)
    {
        if (!TenantSlug.IsValid(slug))
        {
            return new Answer<MemoryEntry>(ProblemView.NotFound());
        }

        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(value));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        try
        {
            using var answer = await management.OpenAsync(HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"v1/tenants/{slug}{Memory}/{key}?ttlSeconds={ttlSeconds}"), content, headers => headers.TryAddWithoutValidation("If-None-Match", "*"));
            return await ManagementClient.ReadAsync<MemoryEntry>(answer, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            return new Answer<MemoryEntry>(ProblemView.Unavailable());
        }
    }

    public static Task<Answer<MemoryEntry>> ExtendMemoryAsync(this ManagementClient management, string slug, string key, int ttlSeconds, string? version) => MemoryKey.IsValid(key)
        ? management.InTenantAsync<MemoryEntry>(HttpMethod.Post, slug, $"{Memory}/{key}:extend", new ExtendMemory { TtlSeconds = ttlSeconds }, version)
        : Task.FromResult(new Answer<MemoryEntry>(ProblemView.NotFound()));

    /// <param name="management">The client.</param>
    /// <param name="slug">Of the tenant.</param>
    /// <param name="key">Of the resource.</param>
    /// <param name="expire">True: its time ends now; false: it is deleted. The trail has the difference.</param>
    /// <param name="version">That was seen.</param>
    public static Task<Answer<bool>> EndMemoryAsync(this ManagementClient management, string slug, string key, bool expire, string version) => !MemoryKey.IsValid(key) ? Task.FromResult(new Answer<bool>(ProblemView.NotFound()))
        : expire ? management.InTenantAsync<bool>(HttpMethod.Post, slug, $"{Memory}/{key}:expire", ifMatch: version)
        : management.InTenantAsync<bool>(HttpMethod.Delete, slug, $"{Memory}/{key}", ifMatch: version);

    public static Task<Answer<Page<FileEntry>>> FilesAsync(this ManagementClient management, string slug, string? folder, int size, string? token) =>
        management.InTenantAsync<Page<FileEntry>>(HttpMethod.Get, slug, Files + ManagementClient.Paging(size, token) + (folder is null ? "" : "&folder=" + Uri.EscapeDataString(folder)));

    public static Task<Answer<FileUsage>> FileUsageAsync(this ManagementClient management, string slug) => management.InTenantAsync<FileUsage>(HttpMethod.Get, slug, Files + ":usage");

    public static Task<Answer<bool>> DeleteFileAsync(this ManagementClient management, string slug, FilePath path, string version) =>
        management.InTenantAsync<bool>(HttpMethod.Delete, slug, Files + Encoded(path), ifMatch: version);

    /// <param name="slug">One that was judged.</param>
    /// <param name="path">Of the file.</param>
    public static string FileAddress(string slug, FilePath path) => $"v1/tenants/{slug}{Files}{Encoded(path)}";

    public static Task<Answer<Page<HttpsHost>>> HttpsHostsAsync(this ManagementClient management, string slug) => management.InTenantAsync<Page<HttpsHost>>(HttpMethod.Get, slug, Hosts + ManagementClient.Paging(HttpsHostRules.MaxHosts, null));

    public static Task<Answer<HttpsHost>> HttpsHostAsync(this ManagementClient management, string slug, string host) => OfHostAsync<HttpsHost>(management, HttpMethod.Get, slug, host);

    /// <param name="management">The client.</param>
    /// <param name="slug">Of the tenant.</param>
    /// <param name="host">Its name.</param>
    /// <param name="command">All of it.</param>
    /// <param name="version">That was read; null for a new one.</param>
    public static Task<Answer<HttpsHost>> PutHttpsHostAsync(this ManagementClient management, string slug, string host, PutHttpsHost command, string? version) =>
        OfHostAsync<HttpsHost>(management, HttpMethod.Put, slug, host, command, version ?? ManagementClient.New);

    public static Task<Answer<bool>> DeleteHttpsHostAsync(this ManagementClient management, string slug, string host, string version) => OfHostAsync<bool>(management, HttpMethod.Delete, slug, host, ifMatch: version);

    private static Task<Answer<T>> OfHostAsync<T>(ManagementClient management, HttpMethod method, string slug, string host, object? body = null, string? ifMatch = null) => HttpsHostRules.IsHost(host)
        ? management.InTenantAsync<T>(method, slug, $"{Hosts}/{Uri.EscapeDataString(host)}", body, ifMatch)
        : Task.FromResult(new Answer<T>(ProblemView.NotFound()));

    private static string Encoded(FilePath path) => path.Uri["file://".Length..];
}

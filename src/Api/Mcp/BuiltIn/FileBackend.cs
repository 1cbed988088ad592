using System.Text;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenants;
using Platform.Api.Files;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>A tenant's files as <c>file:///{path}</c>, read-only (RS-1, RS-2). They are written over REST.</summary>
internal sealed class FileBackend(FileListing files, FileTransfers transfers, IOptions<ApiOptions> options) : IMcpBackend
{
    /// <summary>Largest file that is answered from memory; a larger one is streamed where the transport can.</summary>
    public const int MaxHeld = 256 * 1024;

    private const string Template = "file:///{+path}";

    public IReadOnlyList<TemplateDefinition> Templates { get; } = [new(Template, "file", "File", "A file of this tenant, by its path.")];

    public bool Serves(TenantView tenant) => true;

    public string? NameOf(string uri) => TryRead(uri, out var path) ? path.ToString() : null;

    public async ValueTask<Result<McpResult>> ReadResourceAsync(BackendCall call, CancellationToken cancel)
    {
        var (tenant, caller) = (call.Request.Tenant.Id, call.Request.Caller.Caller);
        if (!TryRead(call.Name, out var path))
        {
            return Problem.ResourceNotFound();
        }

        if (!(await transfers.OpenAsync(tenant, path, caller, brief: MaxHeld)).Try(out var file, out var refused))
        {
            return refused;
        }

        if (file.Entry.Size > MaxHeld && call.Request.Exchange.SendsPieces)
        {
            return new FileResult(path, file.Entry, file.Content);
        }

        await using (file.Content)
        {
            return file.Entry.Size > options.Value.MaxReply
                ? new Problem(ProblemCode.TooLarge, $"A file of more than {options.Value.MaxReply} bytes is not sent here; read it with a request of its own over HTTP.")
                : await HoldAsync(path, file.Entry, file.Content, cancel);
        }
    }

    public async ValueTask<ResourcePage> ListResourcesAsync(McpRequest request, string? after, int size, CancellationToken cancel)
    {
        var found = await files.PageAsync(request.Tenant.Id, "", after, size + 1, file => MayRead(request, file), cancel);
        var page = found.Take(size).Select(Describe).ToArray();
        return new ResourcePage(page, found.Count > size ? found[size - 1].Path : null);
    }

    public async ValueTask<Completion> CompleteAsync(McpRequest request, CompletionQuery query, CancellationToken cancel)
    {
        if (query is not { Template: Template, Argument: "path" })
        {
            return Completion.None;
        }

        var found = await files.PageAsync(request.Tenant.Id, Decoded(query.Value), null, Completion.MaxValues + 1, file => MayRead(request, file), cancel);
        return new Completion([.. found.Take(Completion.MaxValues).Select(file => Encoded(file.Path))], HasMore: found.Count > Completion.MaxValues);
    }

    /// <summary>What calls itself text and is none goes out as bytes, unchanged.</summary>
    public static bool IsText(FileEntry entry) => entry.IsUtf8 && FileTypes.IsText(entry.MimeType);

    public static ResourceLife LifeOf(FileEntry entry) => new(null, entry.Version);

    private static async ValueTask<Result<McpResult>> HoldAsync(FilePath path, FileEntry entry, DownloadStream content, CancellationToken cancel)
    {
        var bytes = new byte[(int)entry.Size];
        try
        {
            await content.ReadExactlyAsync(bytes, cancel);
        }
        catch (IOException)
        {
            // The silo has no more of it than this, or it is not what its record says.
            return new Problem(ProblemCode.Unavailable, "The file cannot be read now; ask again.");
        }

        var isText = IsText(entry);
        return new ResourceResult(new ResourceBody(path.Uri, entry.MimeType, isText ? Encoding.UTF8.GetString(bytes) : null, isText ? default : bytes) { Life = LifeOf(entry) });
    }

    private static ResourceDefinition Describe(FileEntry file) =>
        new(UriOf(file), file.Path[(file.Path.LastIndexOf('/') + 1)..], file.MimeType, file.Size, file.ModifiedAt) { Life = LifeOf(file) };

    private static bool MayRead(McpRequest request, FileEntry file) => file.IsServed && request.May("resources", "read", file.Path);

    private static bool TryRead(string uri, out FilePath path)
    {
        path = default;
        return ResourceUri.TryParse(uri, out var resource) && FilePath.TryFrom(resource, out path);
    }

    private static string UriOf(FileEntry file) =>
        FilePath.TryParse(file.Path, out var path) ? path.Uri : throw new InvalidOperationException("The entry of a file names no path.");

    // RFC 6570, 3.2.3: reserved expansion leaves brackets as they are, and the path of a URI has none. Every other character it encodes by itself.
    private static string Encoded(string path) => path.Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);

    private static string Decoded(string value) =>
        value.Replace("%5B", "[", StringComparison.OrdinalIgnoreCase).Replace("%5D", "]", StringComparison.OrdinalIgnoreCase);
}

using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;
using Platform.Grains.Files;

namespace Platform.Testing;

/// <summary>The store of files, which fails for one tenant when it is told to: as a process that dies before or after it put a file in place.</summary>
public sealed class FaultyFileStore(IFileStore inner) : IFileStore
{
    private string? _before;
    private string? _after;

    /// <summary>Whose files cannot be purged while it is set.</summary>
    public TenantId? Unpurgeable { get; set; }

    /// <summary>The next placement of the tenant fails before anything happened.</summary>
    public void FailBeforePlacing(TenantId tenant) => _before = tenant.ToString();

    /// <summary>The next placement of the tenant happens, and nobody hears of it.</summary>
    public void FailAfterPlacing(TenantId tenant) => _after = tenant.ToString();

    public ValueTask<IUploadFile> CreateAsync(TenantId tenant, string upload) => inner.CreateAsync(tenant, upload);

    public async ValueTask<bool> PlaceAsync(TenantId tenant, string upload, FilePath path)
    {
        Fail(ref _before, tenant);
        var placed = await inner.PlaceAsync(tenant, upload, path);
        Fail(ref _after, tenant);
        return placed;
    }

    public ValueTask DiscardAsync(TenantId tenant, string upload) => inner.DiscardAsync(tenant, upload);

    public ValueTask DiscardAllAsync(TenantId tenant) => inner.DiscardAllAsync(tenant);

    public ValueTask<IOpenFile?> OpenAsync(TenantId tenant, FilePath path) => inner.OpenAsync(tenant, path);

    public ValueTask RemoveAsync(TenantId tenant, FilePath path) => inner.RemoveAsync(tenant, path);

    public ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel) =>
        tenant == Unpurgeable ? throw new IOException("Input/output error (injected).") : inner.PurgeAsync(tenant, cancel);

    private static void Fail(ref string? of, TenantId tenant)
    {
        if (string.Equals(of, tenant.ToString(), StringComparison.Ordinal))
        {
            of = null;
            throw new IOException("The store was told to fail.");
        }
    }
}

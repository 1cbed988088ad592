using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Support;
using Platform.Grains.Files;
using Platform.Testing;

namespace Platform.Api.Tests.Files;

/// <summary>A product whose store tests can hold up and cut short, whose streams beat fast and of which a credential may hold two.</summary>
public sealed class ReadingProduct : IAsyncLifetime
{
    public const int StreamsPerCredential = 2;

    public PlatformApplication Platform { get; private set; } = null!;

    internal StoreControls Store { get; } = new();

    public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(null, services =>
    {
        var real = services.Last(service => service.ServiceType == typeof(IFileStore));
        services.AddSingleton<IFileStore>(provider => new ControlledStore((IFileStore)real.ImplementationFactory!(provider), Store));
        services.Configure<ApiOptions>(api => (api.StreamAfter, api.StreamBeat, api.StreamsPerCredential) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), StreamsPerCredential));
    });

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    public Task<TenantClient> GivenTenant() => TenantClient.MakeAsync(Platform);
}

/// <summary>What a test does to files, by their names.</summary>
internal sealed class StoreControls
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _cut = new(StringComparer.Ordinal);

    /// <summary>Opening it takes until the result is set.</summary>
    public TaskCompletionSource Hold(string path) => _held.GetOrAdd(path, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>From so many bytes on it cannot be read.</summary>
    public void Cut(string path, long at) => _cut[path] = at;

    public Task OpeningOf(string path) => _held.TryGetValue(path, out var held) ? held.Task : Task.CompletedTask;

    public long EndOf(string path) => _cut.GetValueOrDefault(path, long.MaxValue);
}

internal sealed class ControlledStore(IFileStore inner, StoreControls controls) : IFileStore
{
    public ValueTask<IUploadFile> CreateAsync(TenantId tenant, string upload) => inner.CreateAsync(tenant, upload);

    public ValueTask<bool> PlaceAsync(TenantId tenant, string upload, FilePath path) => inner.PlaceAsync(tenant, upload, path);

    public ValueTask DiscardAsync(TenantId tenant, string upload) => inner.DiscardAsync(tenant, upload);

    public ValueTask DiscardAllAsync(TenantId tenant) => inner.DiscardAllAsync(tenant);

    public ValueTask RemoveAsync(TenantId tenant, FilePath path) => inner.RemoveAsync(tenant, path);

    public ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel) => inner.PurgeAsync(tenant, cancel);

    public async ValueTask<IOpenFile?> OpenAsync(TenantId tenant, FilePath path)
    {
        await controls.OpeningOf(path.ToString());
        return await inner.OpenAsync(tenant, path) is { } file ? new CutFile(file, controls.EndOf(path.ToString())) : null;
    }

    private sealed class CutFile(IOpenFile file, long end) : IOpenFile
    {
        public long Size => file.Size;

        public ValueTask<int> ReadAsync(Memory<byte> bytes, long offset) => offset >= end ? ValueTask.FromResult(0) : file.ReadAsync(bytes, offset);

        public void Dispose() => file.Dispose();
    }
}

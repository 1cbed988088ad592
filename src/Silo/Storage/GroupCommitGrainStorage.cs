using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Runtime;
using Orleans.Storage;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;

namespace Platform.Silo.Storage;

/// <summary>
/// Grain state as JSON in a <see cref="IGrainStateTable"/>. A write returns after it is on disk; one that is based on an old row throws
/// <see cref="InconsistentStateException"/>, and Orleans deactivates the grain.
/// </summary>
/// <remarks>
/// A row that expired is swept after a while though its activation may live on. A write based on such a row starts the state anew
/// instead of conflicting: the writer held nothing that was alive, and nothing is stored.
/// </remarks>
internal sealed class GroupCommitGrainStorage(IGrainStateTable table, JsonSerializerOptions json, TimeProvider clock) : IGrainStorage
{
    /// <summary>How the payload is encoded; readers refuse what they do not know.</summary>
    public const string Format = "json/1";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        if (await table.ReadAsync(key, cancellationToken) is not { } stored)
        {
            Forget(grainState);
            return;
        }

        if (!string.Equals(stored.Format, Format, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The state '{key.State}' of a grain of type '{key.GrainType}' has the unknown format '{stored.Format}'.");
        }

        grainState.State = JsonSerializer.Deserialize(stored.Payload, TypeOf<T>()) ?? Activator.CreateInstance<T>();
        grainState.ETag = new StateEtag(stored.Version, stored.ExpiresAt).ToString();
        grainState.RecordExists = true;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        var etag = EtagOf(key, grainState.ETag);
        var projected = grainState.State as IProjected;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var write = new StateWrite(key, etag is null ? StateChange.Insert : StateChange.Update)
        {
            Expected = etag?.Version ?? 0,

            // A new row starts anywhere, so that the etag of a row that was cleared in between fits no later one.
            Version = etag?.Version + 1 ?? RandomNumberGenerator.GetInt32(1, int.MaxValue),
            Format = Format,
            Payload = JsonSerializer.SerializeToUtf8Bytes(grainState.State!, TypeOf<T>()),
            Info = projected?.Info,
            UpdatedAt = now,
            ExpiresAt = projected?.ExpiresAt?.ToUnixTimeMilliseconds(),
            MayBeGone = etag?.ExpiresAt <= now,
        };
        await table.WriteAsync(write, cancellationToken);
        grainState.ETag = new StateEtag(write.Version, write.ExpiresAt).ToString();
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        var etag = EtagOf(key, grainState.ETag);
        await table.WriteAsync(
            new StateWrite(key, StateChange.Delete)
            {
                // Without an etag there must be no row: no version is 0.
                Expected = etag?.Version ?? 0,
                MayBeGone = etag is null || etag.Value.ExpiresAt <= clock.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            cancellationToken);
        Forget(grainState);
    }

    private static StateKey KeyOf(string stateName, GrainId grainId)
    {
        if (!GrainKeys.TryParse(grainId.Key.ToString(), out var tenant, out var rest))
        {
            throw new ArgumentException($"A grain of type '{grainId.Type}' has a key that names no tenant, so its state has no place.", nameof(grainId));
        }

        return new StateKey(tenant.ToString(), grainId.Type.ToString()!, rest, stateName);
    }

    private static StateEtag? EtagOf(StateKey key, string? text)
    {
        if (text is null)
        {
            return null;
        }

        return StateEtag.TryParse(text, out var etag)
            ? etag
            : throw new InconsistentStateException($"The state '{key.State}' of a grain of type '{key.GrainType}' came with an etag that is not ours.", null, text);
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));
}

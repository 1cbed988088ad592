using System.Text.Json.Serialization;
using Platform.Abstractions.Mcp;
using Platform.Grains.Storage;

namespace Platform.Grains.Mcp;

public sealed record SingleUseState : IProjected
{
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonIgnore]
    public string? Info => null;
}

[GrainType("single-use")]
internal sealed class SingleUseGrain([PersistentState("used")] IPersistentState<SingleUseState> state) : Grain, ISingleUseGrain
{
    public async Task<bool> TakeAsync(DateTimeOffset until)
    {
        if (state.RecordExists)
        {
            return false;
        }

        await state.SaveAsync(new SingleUseState { ExpiresAt = until });
        return true;
    }
}

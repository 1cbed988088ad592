namespace Platform.Grains.Storage;

internal static class PersistentStateExtensions
{
    /// <summary>
    /// Writes a changed copy and keeps it only when it is on disk: a failed write must not leave dirty memory behind.
    /// </summary>
    public static async Task SaveAsync<T>(this IPersistentState<T> state, T next)
    {
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = before;
            throw;
        }
    }
}

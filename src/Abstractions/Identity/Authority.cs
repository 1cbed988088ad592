namespace Platform.Abstractions.Identity;

/// <summary>
/// Who asks, and what they hold at this moment. Commands that give permissions carry it: nobody gives more than they have (AZ-3). Made by the gate from a
/// verified credential, never from a request.
/// </summary>
[GenerateSerializer, Alias("authority"), Immutable]
public sealed record Authority(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] string[] Allow,
    [property: Id(2)] string[] Deny)
{
    /// <summary>What they hold, compiled.</summary>
    public PermissionSet Held => PermissionSet.Compile(Allow, Deny);
}

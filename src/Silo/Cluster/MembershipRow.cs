using System.Text.Json.Serialization;

namespace Platform.Silo.Cluster;

/// <summary>A silo's row as it is stored; readable for operators.</summary>
internal sealed record MembershipRow
{
    public required string Silo { get; init; }

    public required string Status { get; init; }

    public required string HostName { get; init; }

    public required string SiloName { get; init; }

    public required string RoleName { get; init; }

    public required int ProxyPort { get; init; }

    public required int UpdateZone { get; init; }

    public required int FaultZone { get; init; }

    public required DateTime StartTime { get; init; }

    public required Suspicion[] Suspicions { get; init; }

    public static MembershipRow Of(MembershipEntry entry) => new()
    {
        Silo = entry.SiloAddress.ToParsableString(),
        Status = entry.Status.ToString(),
        HostName = entry.HostName ?? "",
        SiloName = entry.SiloName ?? "",
        RoleName = entry.RoleName ?? "",
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = Utc(entry.StartTime),
        Suspicions = [.. (entry.SuspectTimes ?? []).Select(suspicion => new Suspicion(suspicion.Item1.ToParsableString(), Utc(suspicion.Item2)))],
    };

    public MembershipEntry Entry(DateTime aliveAt) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Silo),
        Status = Enum.Parse<SiloStatus>(Status),
        HostName = HostName,
        SiloName = SiloName,
        RoleName = RoleName,
        ProxyPort = ProxyPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = StartTime,
        IAmAliveTime = aliveAt,
        SuspectTimes = [.. Suspicions.Select(suspicion => Tuple.Create(SiloAddress.FromParsableString(suspicion.By), suspicion.At))],
    };

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}

/// <summary>A silo that found this one not answering, and when.</summary>
internal sealed record Suspicion(string By, DateTime At);

[JsonSerializable(typeof(MembershipRow))]
internal sealed partial class MembershipJson : JsonSerializerContext;

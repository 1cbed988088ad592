using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Orleans.Configuration;
using Platform.Silo.Storage;

namespace Platform.Silo.Cluster;

/// <summary>
/// Who is in the cluster, for Orleans' membership protocol. Every change names the version of the table that it was made from and raises it, in one statement: of two silos that
/// change at once one is refused and reads again.
/// </summary>
internal sealed class PostgresMembershipTable(PostgresDatabase database, IOptions<ClusterOptions> cluster) : IMembershipTable
{
    private readonly string _cluster = cluster.Value.ClusterId;

    public Task InitializeMembershipTable(bool tryInitTableVersion) => tryInitTableVersion
        ? database.ExecuteAsync("INSERT INTO membership_version (cluster, version) VALUES ($1, 0) ON CONFLICT DO NOTHING", fill => fill.AddWithValue(_cluster), CancellationToken.None)
        : Task.CompletedTask;

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        await database.ExecuteAsync("DELETE FROM membership WHERE cluster=$1", fill => fill.AddWithValue(clusterId), CancellationToken.None);
        await database.ExecuteAsync("DELETE FROM membership_version WHERE cluster=$1", fill => fill.AddWithValue(clusterId), CancellationToken.None);
    }

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => database.ExecuteAsync(
        "DELETE FROM membership WHERE cluster=$1 AND status=$2 AND alive_at<$3",
        fill =>
        {
            fill.AddWithValue(_cluster);
            fill.AddWithValue((int)SiloStatus.Dead);
            fill.AddWithValue(beforeDate.UtcDateTime);
        },
        CancellationToken.None);

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync(
        "SELECT v.version, m.version, m.entry, m.alive_at FROM membership_version v LEFT JOIN membership m ON m.cluster=v.cluster AND m.silo=$2 WHERE v.cluster=$1",
        fill => fill.AddWithValue(key.ToParsableString()));

    public Task<MembershipTableData> ReadAll() => ReadAsync(
        "SELECT v.version, m.version, m.entry, m.alive_at FROM membership_version v LEFT JOIN membership m ON m.cluster=v.cluster WHERE v.cluster=$1",
        _ => { });

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => await ChangeAsync(
        """
        WITH turn AS (
            UPDATE membership_version SET version=$2 WHERE cluster=$1 AND version=$3 AND NOT EXISTS (SELECT 1 FROM membership WHERE cluster=$1 AND silo=$4) RETURNING cluster)
        INSERT INTO membership (cluster, silo, version, status, alive_at, entry) SELECT cluster, $4, 1, $5, $6, $7::jsonb FROM turn
        """,
        entry,
        tableVersion,
        rowVersion: null);

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        TryNumber(etag, out var version) && await ChangeAsync(
            """
            WITH turn AS (
                UPDATE membership_version SET version=$2 WHERE cluster=$1 AND version=$3 AND EXISTS (SELECT 1 FROM membership WHERE cluster=$1 AND silo=$4 AND version=$8) RETURNING cluster)
            UPDATE membership m SET version=m.version+1, status=$5, alive_at=$6, entry=$7::jsonb FROM turn WHERE m.cluster=turn.cluster AND m.silo=$4
            """,
            entry,
            tableVersion,
            version);

    // Not a change of the membership, so it raises no version.
    public Task UpdateIAmAlive(MembershipEntry entry) => database.ExecuteAsync(
        "UPDATE membership SET alive_at=$3 WHERE cluster=$1 AND silo=$2",
        fill =>
        {
            fill.AddWithValue(_cluster);
            fill.AddWithValue(entry.SiloAddress.ToParsableString());
            fill.AddWithValue(Utc(entry.IAmAliveTime));
        },
        CancellationToken.None);

    private async Task<bool> ChangeAsync(string constantSql, MembershipEntry entry, TableVersion table, long? rowVersion) =>
        TryNumber(table.VersionEtag, out var before) && await database.ExecuteAsync(
            constantSql,
            fill =>
            {
                fill.AddWithValue(_cluster);
                fill.AddWithValue((long)table.Version);
                fill.AddWithValue(before);
                fill.AddWithValue(entry.SiloAddress.ToParsableString());
                fill.AddWithValue((int)entry.Status);
                fill.AddWithValue(Utc(entry.IAmAliveTime));
                fill.AddWithValue(NpgsqlDbType.Text, JsonSerializer.Serialize(MembershipRow.Of(entry), MembershipJson.Default.MembershipRow));
                if (rowVersion is { } version)
                {
                    fill.AddWithValue(version);
                }
            },
            CancellationToken.None) == 1;

    private Task<MembershipTableData> ReadAsync(string constantSql, Action<NpgsqlParameterCollection> more) => database.ReadAsync(
        constantSql,
        fill =>
        {
            fill.AddWithValue(_cluster);
            more(fill);
        },
        async rows =>
        {
            var table = new TableVersion(0, "0");
            var silos = new List<Tuple<MembershipEntry, string>>();
            while (await rows.ReadAsync())
            {
                table = new TableVersion((int)rows.GetInt64(0), Text(rows.GetInt64(0)));
                if (!rows.IsDBNull(1))
                {
                    var row = JsonSerializer.Deserialize(rows.GetString(2), MembershipJson.Default.MembershipRow)!;
                    silos.Add(Tuple.Create(row.Entry(rows.GetDateTime(3)), Text(rows.GetInt64(1))));
                }
            }

            return new MembershipTableData(silos, table);
        },
        CancellationToken.None);

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

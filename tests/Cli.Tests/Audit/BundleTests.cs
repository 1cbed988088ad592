using CsCheck;
using Platform.Abstractions.Audit;

namespace Platform.Cli.Tests.Audit;

/// <summary>The eight attacks of the design, each on a bundle that the running product exported, judged without a server (AL-4).</summary>
[Trait("Control", "AL-4")]
public sealed class BundleTests(BundleProduct product) : IClassFixture<BundleProduct>
{
    private BundleFile Alpha => product.Alpha.Copy();

    [Fact]
    public async Task An_honest_bundle_is_good_and_has_segments_of_both_keys_and_an_open_end()
    {
        var bundle = Alpha;

        var result = await BundleFile.VerifyAsync(bundle.Bytes);

        Assert.Equal((null, null, bundle.End().Sequence, bundle.End().Hash), (result.Fault, result.FirstBad, result.Events, result.Head));
        Assert.InRange(bundle.Segments.Count, 4, 6);
        Assert.True(bundle.Records.Count > bundle.Headers[^1].Last, "There is an open end.");
        Assert.Equal(2, product.Keys.Length);
        Assert.Equal(product.Keys, bundle.Segments.Select(KeyOf).Distinct());
    }

    [Fact]
    public async Task A_bundle_is_good_for_whoever_trusts_the_first_key_or_the_newest_and_for_nobody_else()
    {
        Assert.Null((await BundleFile.VerifyAsync(Alpha.Bytes, product.Keys[0])).Fault);
        Assert.Null((await BundleFile.VerifyAsync(Alpha.Bytes, product.Keys[1])).Fault);
        Assert.Equal(AuditFault.UntrustedKeys, (await BundleFile.VerifyAsync(Alpha.Bytes, new string('A', 43))).Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(-1)]
    public async Task An_edited_record_is_named(int which)
    {
        var bundle = Alpha;
        var at = which < 0 ? bundle.Records.Count - 1 : which - 1;
        bundle.Records[at] = bundle.Records[at] with { Event = bundle.Records[at].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) };

        await ExpectAsync(bundle, at + 1, AuditFault.Edited);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task A_deleted_record_is_named(int sequence)
    {
        var bundle = Alpha;
        bundle.Records.RemoveAt(sequence - 1);

        await ExpectAsync(bundle, sequence, AuditFault.Deleted);
    }

    [Fact]
    public async Task A_deleted_record_is_named_when_the_gap_was_closed()
    {
        var bundle = Alpha;
        bundle.Records.RemoveAt(7);
        bundle.Renumber();

        await ExpectAsync(bundle, 8, AuditFault.Deleted);
    }

    [Fact]
    public async Task An_inserted_record_is_named()
    {
        var bundle = Alpha;
        bundle.Records.Insert(7, bundle.Records[7] with { Event = bundle.Records[7].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) });

        await ExpectAsync(bundle, 8, AuditFault.Inserted);
    }

    [Fact]
    public async Task An_inserted_record_is_named_when_room_was_made_for_it_and_its_hash_fits()
    {
        var bundle = Alpha;
        bundle.Records.Insert(7, bundle.Records[7] with { Event = bundle.Records[7].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) });
        var tail = bundle.Records.Skip(8).ToArray();
        bundle.Rechain(7);
        bundle.Records.RemoveRange(8, bundle.Records.Count - 8);
        bundle.Records.AddRange(tail);
        bundle.Renumber();

        await ExpectAsync(bundle, 8, AuditFault.Inserted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reordered_records_are_named_at_the_first_of_them(bool renumbered)
    {
        var bundle = Alpha;
        (bundle.Records[7], bundle.Records[9]) = (bundle.Records[9], bundle.Records[7]);
        if (renumbered)
        {
            bundle.Renumber();
        }

        await ExpectAsync(bundle, 8, AuditFault.Reordered);
    }

    [Fact]
    public async Task A_truncated_end_is_named()
    {
        var bundle = Alpha;
        var end = bundle.Records.Count;
        bundle.Records.RemoveRange(end - 2, 2);

        await ExpectAsync(bundle, end - 1, AuditFault.Truncated);
    }

    [Fact]
    public async Task A_truncated_end_is_named_when_whole_segments_went_with_it()
    {
        var bundle = Alpha;
        var last = bundle.Headers[^1];
        bundle.Records.RemoveRange((int)last.First - 1, bundle.Records.Count - (int)last.First + 1);
        bundle.Segments.RemoveAt(bundle.Segments.Count - 1);

        await ExpectAsync(bundle, last.First, AuditFault.SegmentMissing);
    }

    [Fact]
    public async Task Records_of_another_tenant_are_named()
    {
        var bundle = Alpha;
        bundle.Records[7] = product.Beta.Records[7];

        await ExpectAsync(bundle, 8, AuditFault.ForeignTenant);
    }

    [Fact]
    public async Task A_trail_under_another_tenants_name_is_foreign_from_its_first_record()
    {
        var bundle = product.Beta.Copy() with { Manifest = Alpha.Manifest };

        await ExpectAsync(bundle, 1, AuditFault.ForeignTenant);
    }

    [Fact]
    public async Task A_chain_that_was_computed_anew_does_not_meet_what_was_signed()
    {
        var bundle = Alpha;
        var second = bundle.Headers[1];
        bundle.Records[(int)second.First] = bundle.Records[(int)second.First] with { Event = bundle.Records[(int)second.First].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) };
        bundle.Rechain((int)second.First);

        await ExpectAsync(bundle, second.First, AuditFault.Rewritten);
    }

    [Fact]
    public async Task A_rolled_back_trail_is_told_by_a_witness_though_every_signature_in_it_is_good()
    {
        var before = Alpha;
        await product.ActAsync();
        var witness = await product.CheckpointAsync("alpha");
        product.Clock.Advance(TimeSpan.FromMinutes(1));

        // What the platform exports after its database was put back: an older end, signed today.
        var now = product.Clock.GetUtcNow();
        var bundle = before with
        {
            Manifest = before.Manifest with { At = now },
            Checkpoint = product.Sign(AuditCheckpoint.Type, (before.End() with { At = now }).Write(), product.Keys[1]),
        };
        var packed = bundle.Pack(seal => product.Sign(BundleSeal.Type, seal, product.Keys[1]));

        Assert.Null((await BundleFile.VerifyAsync(packed)).Fault);
        var result = await BundleFile.VerifyAsync(packed, witness: [witness]);
        Assert.Equal((before.End().Sequence + 1, AuditFault.RolledBack), (result.FirstBad, result.Fault));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public async Task A_rolled_back_trail_is_told_by_a_witness_file_of_the_platform(int more, bool acceptedLater)
    {
        var end = Alpha.End();
        var seen = new TrailHead { Tenant = Alpha.Manifest.Tenant, Shard = "0", Sequence = end.Sequence + more, Hash = new string('a', 64) };
        var lines = new WitnessFile(product)
            .Add(full: true, Other("aaaaaaaa"), Head(end.Sequence - 2))
            .Add(full: false, seen)
            .Add(full: false, Other("bbbbbbbb"));
        if (acceptedLater)
        {
            lines.Add(full: false, Head(end.Sequence));
        }

        var result = await BundleFile.VerifyAsync(Alpha.Bytes, witness: [.. lines.Lines]);

        Assert.Equal((end.Sequence + 1, AuditFault.RolledBack), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task A_witness_file_that_saw_the_trail_as_it_is_agrees_also_when_a_line_is_cut()
    {
        var lines = new WitnessFile(product)
            .Add(full: true, Other("aaaaaaaa"), Head(3))
            .Add(full: false, Head(5))
            .Cut()
            .Add(full: true, Other("aaaaaaaa"), Head(Alpha.End().Sequence));

        Assert.Null((await BundleFile.VerifyAsync(Alpha.Bytes, witness: [.. lines.Lines])).Fault);
    }

    [Fact]
    public async Task A_chain_that_is_another_than_a_witness_file_saw_is_named()
    {
        var lines = new WitnessFile(product).Add(full: true, Head(8) with { Hash = new string('a', 64) });

        Assert.Equal(AuditFault.Rewritten, (await BundleFile.VerifyAsync(Alpha.Bytes, witness: [.. lines.Lines])).Fault);
    }

    [Fact]
    public async Task A_witness_file_whose_heads_are_not_those_that_were_signed_is_not_believed()
    {
        var lines = new WitnessFile(product).Add(full: true, Other("aaaaaaaa"), Head(3));
        lines.Lines[0] = lines.Lines[0].Replace("aaaaaaaa", "aaaaaaab", StringComparison.Ordinal);

        Assert.Equal(AuditFault.Unreadable, (await BundleFile.VerifyAsync(Alpha.Bytes, witness: [.. lines.Lines])).Fault);
    }

    [Fact]
    public async Task An_older_bundle_is_good_for_a_younger_witness()
    {
        var witness = await product.CheckpointAsync("alpha");

        Assert.Null((await BundleFile.VerifyAsync(Alpha.Bytes, witness: [witness])).Fault);
    }

    [Fact]
    public async Task A_witness_that_saw_the_trail_before_agrees_with_it_now()
    {
        var witness = await product.CheckpointAsync("alpha");
        await product.ActAsync();
        var bundle = await product.ExportAsync("alpha");

        Assert.Null((await BundleFile.VerifyAsync(bundle.Bytes, witness: [witness, await product.CheckpointAsync("beta")])).Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_old_key_signed_anew_is_named(bool backdated)
    {
        var bundle = Resigned(backdated);
        var last = bundle.Headers[^1];

        await ExpectAsync(bundle, last.First, AuditFault.RetiredKey, seal => product.Sign(BundleSeal.Type, seal, product.Keys[0]));
    }

    [Fact]
    public async Task What_an_old_key_signed_anew_in_its_own_time_is_not_what_its_successor_built_on()
    {
        var bundle = Alpha;
        var (last, at) = bundle.Headers.Select((header, i) => (header, i)).Last(pair => KeyOf(bundle.Segments[pair.i]) == product.Keys[0]);
        var place = (int)last.Last - 1;
        bundle.Records[place] = bundle.Records[place] with { Event = bundle.Records[place].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) };
        bundle.Rechain(place);
        bundle.Segments[at] = product.Sign(SegmentHeader.Type, Rebuilt(bundle, last).Write(), product.Keys[0]);

        await ExpectAsync(bundle, last.First, AuditFault.Rewritten);
    }

    [Fact]
    public async Task A_seal_by_an_old_key_is_named()
    {
        var result = await Alpha.VerifyAsync(seal: seal => product.Sign(BundleSeal.Type, seal, product.Keys[0]));

        Assert.Equal((0, AuditFault.RetiredKey), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task A_ring_whose_keys_do_not_sign_each_other_is_none()
    {
        var bundle = Alpha;
        bundle.Keys.RemoveAt(0);

        Assert.Equal(AuditFault.UntrustedKeys, (await bundle.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_bundle_that_was_packed_anew_is_told_though_all_in_it_fits()
    {
        var result = await Alpha.VerifyAsync();

        Assert.Equal((0, AuditFault.BundleChanged), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task One_changed_byte_anywhere_is_detected() =>
        await Gen.Select(Gen.Int[0, Alpha.Bytes.Length - 1], Gen.Byte[1, 255]).SampleAsync(
            async (at, change) =>
            {
                var bytes = (byte[])Alpha.Bytes.Clone();
                bytes[at] ^= change;
                return (await BundleFile.VerifyAsync(bytes)).Fault is not null;
            },
            iter: 1_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_000)]
    public async Task A_file_that_is_cut_is_detected(int cut) =>
        Assert.NotNull((await BundleFile.VerifyAsync(Alpha.Bytes[..cut])).Fault);

    private TrailHead Head(long sequence) => new() { Tenant = Alpha.Manifest.Tenant, Shard = "0", Sequence = sequence, Hash = Alpha.Records[(int)sequence - 1].Hash };

    private static TrailHead Other(string tenant) => new() { Tenant = tenant, Shard = "0", Sequence = 7, Hash = new string('b', 64) };

    private BundleFile Resigned(bool backdated)
    {
        // The last segment is of the second key; the thief has the first.
        var bundle = Alpha;
        var last = bundle.Headers[^1];
        var place = (int)last.Last - 1;
        bundle.Records[place] = bundle.Records[place] with { Event = bundle.Records[place].Event.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal) };
        bundle.Rechain(place);
        var forged = Rebuilt(bundle, last) with { Sealed = backdated ? bundle.Headers[0].Sealed : last.Sealed };
        bundle.Segments[^1] = product.Sign(SegmentHeader.Type, forged.Write(), product.Keys[0]);
        return bundle;
    }

    private static SegmentHeader Rebuilt(BundleFile bundle, SegmentHeader header) => header with
    {
        LastHash = bundle.Records[(int)header.Last - 1].Hash,
        Root = BundleFile.RootOf(bundle.Records.Skip((int)header.First - 1).Take((int)(header.Last - header.First + 1))),
    };

    private static string KeyOf(string statement) => AuditStatement.TryRead(statement, SegmentHeader.Type, out var read) ? read.KeyId : "";

    private static async Task ExpectAsync(BundleFile bundle, long firstBad, string fault, Func<byte[], string>? seal = null)
    {
        var result = await bundle.VerifyAsync(seal: seal);
        Assert.Equal((firstBad, fault), (result.FirstBad, result.Fault));
    }
}

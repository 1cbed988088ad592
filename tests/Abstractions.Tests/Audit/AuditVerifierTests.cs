using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class AuditVerifierTests
{
    private static readonly TenantId Tenant = Parse("aaaaaaaa");
    private static readonly TenantId Stranger = Parse("bbbbbbbb");

    private sealed record Link(long Sequence, byte[] Record, byte[] Hash);

    [Fact]
    public void An_empty_chain_is_good() => Assert.Equal(new AuditVerification(0, new string('0', 64), null, null), Verify([]));

    [Fact]
    public void An_untouched_chain_is_good()
    {
        var chain = Chain(Tenant, 10);

        Assert.Equal(new AuditVerification(10, Convert.ToHexStringLower(chain[^1].Hash), null, null), Verify(chain));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public void An_edited_event_is_the_first_bad(int sequence)
    {
        var chain = Chain(Tenant, 10);
        chain[sequence - 1] = chain[sequence - 1] with { Record = Record(Tenant, "edited") };

        AssertFault(Verify(chain), sequence, "hash-mismatch");
    }

    [Fact]
    public void Every_flipped_bit_of_a_record_or_hash_is_detected()
    {
        var chain = Chain(Tenant, 3);
        var undetected =
            from part in new[] { chain[1].Record, chain[1].Hash }
            from bit in Enumerable.Range(0, part.Length * 8)
            where Flipped(chain, part, bit).FirstBad != 2
            select bit;

        Assert.Empty(undetected);
    }

    [Fact]
    public void An_edited_event_with_its_own_hash_made_right_breaks_at_the_next()
    {
        var chain = Chain(Tenant, 10);
        var forged = Record(Tenant, "edited");
        var hash = new byte[AuditChain.HashSize];
        AuditChain.Next(chain[3].Hash, forged, hash);
        chain[4] = chain[4] with { Record = forged, Hash = hash };

        AssertFault(Verify(chain), 6, "hash-mismatch");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_deleted_event_is_the_first_bad(int sequence)
    {
        var chain = Chain(Tenant, 10);
        chain.RemoveAt(sequence - 1);

        AssertFault(Verify(chain), sequence, "missing");
    }

    [Fact]
    public void A_deleted_event_whose_gap_was_closed_is_the_first_bad()
    {
        var chain = Chain(Tenant, 10);
        chain.RemoveAt(4);

        AssertFault(Verify(Renumber(chain)), 5, "hash-mismatch");
    }

    [Fact]
    public void A_truncated_head_is_detected_at_the_first_event()
    {
        var chain = Chain(Tenant, 10);
        chain.RemoveRange(0, 3);

        AssertFault(Verify(chain), 1, "missing");
        AssertFault(Verify(Renumber(chain)), 1, "hash-mismatch");
    }

    [Fact]
    public void An_inserted_event_is_the_first_bad()
    {
        var chain = Chain(Tenant, 10);
        var forged = Record(Tenant, "inserted");
        var hash = new byte[AuditChain.HashSize];
        AuditChain.Next(chain[3].Hash, forged, hash);
        chain.Insert(4, new Link(5, forged, hash));

        // The insertion itself fits; what it displaced does not.
        AssertFault(Verify(Renumber(chain)), 6, "hash-mismatch");
    }

    [Fact]
    public void An_event_stored_twice_is_the_first_bad()
    {
        var chain = Chain(Tenant, 10);
        chain.Insert(5, chain[4]);

        AssertFault(Verify(chain), 6, "missing");
    }

    [Fact]
    public void Reordered_events_are_detected_at_the_first_of_them()
    {
        var chain = Chain(Tenant, 10);
        (chain[3], chain[4]) = (chain[4], chain[3]);

        AssertFault(Verify(chain), 4, "missing");
        AssertFault(Verify(Renumber(chain)), 4, "hash-mismatch");
    }

    [Fact]
    public void A_chain_of_another_tenant_is_foreign_from_its_first_event() => AssertFault(Verify(Chain(Stranger, 10)), 1, "foreign-tenant");

    [Fact]
    public void An_event_of_another_tenant_is_foreign_though_its_hash_fits()
    {
        var chain = Chain(Tenant, 4);
        var foreign = Record(Stranger, "swapped");
        var hash = new byte[AuditChain.HashSize];
        AuditChain.Next(chain[3].Hash, foreign, hash);
        chain.Add(new Link(5, foreign, hash));

        AssertFault(Verify(chain), 5, "foreign-tenant");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"aaaaaaaa\"")]
    [InlineData("""{"tenant":1}""")]
    [InlineData("""{"tenant":null}""")]
    [InlineData("""{"tenant":"AAAAAAAA"}""")]
    [InlineData("""{"tenant":"aaaaaaaab"}""")]
    [InlineData("""{"Tenant":"aaaaaaaa"}""")]
    [InlineData("""{"data":{"tenant":"aaaaaaaa"}}""")]
    [InlineData("""{"data":{"tenant":"aaaaaaaa"},"tenant":"bbbbbbbb"}""")]
    [InlineData("""["tenant","aaaaaaaa"]""")]
    [InlineData("""not json""")]
    public void A_record_that_does_not_name_its_tenant_is_foreign(string record)
    {
        var bytes = Encoding.UTF8.GetBytes(record);
        var hash = new byte[AuditChain.HashSize];
        AuditChain.Next(AuditChain.Genesis, bytes, hash);

        AssertFault(Verify([new Link(1, bytes, hash)]), 1, "foreign-tenant");
    }

    [Fact]
    public void What_follows_a_fault_is_not_looked_at()
    {
        var chain = Chain(Tenant, 10);
        chain.RemoveAt(4);

        var result = Verify(chain);

        Assert.Equal((4, Convert.ToHexStringLower(chain[3].Hash)), (result.Events, result.Head));
    }

    [Fact]
    public void Events_are_checked_as_rest_shows_them()
    {
        var verifier = new AuditVerifier(Tenant);
        var views = Chain(Tenant, 3).ConvertAll(View);

        Assert.All(views, view => Assert.True(verifier.Check(view)));
        Assert.Equal((3, null), (verifier.Result.Events, verifier.Result.FirstBad));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("00")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void A_hash_of_another_form_is_a_mismatch(string hash)
    {
        var verifier = new AuditVerifier(Tenant);

        Assert.False(verifier.Check(View(Chain(Tenant, 1)[0]) with { Hash = hash }));
        AssertFault(verifier.Result, 1, "hash-mismatch");
    }

    private static AuditEventView View(Link link) =>
        new() { Sequence = link.Sequence, Hash = Convert.ToHexStringLower(link.Hash), Record = Encoding.UTF8.GetString(link.Record) };

    private static AuditVerification Flipped(List<Link> chain, byte[] part, int bit)
    {
        part[bit / 8] ^= (byte)(1 << (bit % 8));
        var result = Verify(chain);
        part[bit / 8] ^= (byte)(1 << (bit % 8));
        return result;
    }

    private static AuditVerification Verify(List<Link> chain)
    {
        var verifier = new AuditVerifier(Tenant);
        foreach (var link in chain)
        {
            verifier.Check(link.Sequence, link.Record, link.Hash);
        }

        return verifier.Result;
    }

    private static List<Link> Chain(TenantId tenant, int count)
    {
        var chain = new List<Link>();
        var head = AuditChain.Genesis.ToArray();
        for (var sequence = 1; sequence <= count; sequence++)
        {
            var record = Record(tenant, $"event {sequence}");
            AuditChain.Next(head, record, head);
            chain.Add(new Link(sequence, record, [.. head]));
        }

        return chain;
    }

    private static List<Link> Renumber(List<Link> chain) => [.. chain.Select((link, index) => link with { Sequence = index + 1 })];

    private static byte[] Record(TenantId tenant, string what) => Encoding.UTF8.GetBytes($$"""{"tenant":"{{tenant}}","what":"{{what}}"}""");

    private static TenantId Parse(string text) => TenantId.TryParse(text, out var id) ? id : throw new InvalidOperationException(text);

    private static void AssertFault(AuditVerification result, long firstBad, string fault) => Assert.Equal((firstBad, fault), (result.FirstBad, result.Fault));
}

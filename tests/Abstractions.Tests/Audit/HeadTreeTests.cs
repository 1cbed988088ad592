using CsCheck;
using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class HeadTreeTests
{
    [Fact]
    public void Every_leaf_of_every_small_tree_is_proved_to_be_in_it()
    {
        for (var size = 1; size <= 40; size++)
        {
            var heads = Heads(size);
            var root = HeadTree.RootOf(heads);
            for (var index = 0; index < size; index++)
            {
                Assert.True(HeadTree.Includes(heads[index], index, size, HeadTree.PathOf(heads, index), root), $"{index} of {size}");
            }
        }
    }

    [Fact]
    public void Nothing_else_is_proved() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 1_000], Gen.Int[0, 5]).Sample((size, at, change) =>
        {
            var heads = Heads(size);
            var index = at % size;
            var (head, place, path, root) = (heads[index], (long)index, HeadTree.PathOf(heads, index), HeadTree.RootOf(heads));
            return !(change switch
            {
                0 => HeadTree.Includes(head with { Sequence = head.Sequence + 1 }, place, size, path, root),
                1 => HeadTree.Includes(head, place + 1, size, path, root) && size > 1,
                2 => HeadTree.Includes(head, place, size, [.. path, new string('0', 64)], root),
                3 => HeadTree.Includes(head, place, size, path, new string('0', 64)),
                4 => path.Length > 0 && HeadTree.Includes(head, place, size, path[1..], root),
                _ => HeadTree.Includes(head, -1, size, path, root),
            });
        });

    [Fact]
    public void A_path_of_garbage_is_refused() => Assert.False(HeadTree.Includes(Heads(2)[0], 0, 2, ["zz"], new string('0', 64)));

    private static TrailHead[] Heads(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TrailHead { Tenant = $"tenant{i:00}", Shard = "0", Sequence = i + 1, Hash = new string('a', 64) })];
}

using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>What a client that appends does with its keys: those that are full are compared and deleted, and the end finds whatever is wrong with any of them.</summary>
[TestFixture]
internal sealed class AppendedKeysTests
{
    private readonly Dictionary<string, string> _values = [];
    private int _failing;
    private Exception _failure = null!;
    private AppendedKeys _keys = null!;

    [SetUp]
    public void Begin()
    {
        _values.Clear();
        _failing = 0;
        _keys = new AppendedKeys("client", ExecuteAsync);
    }

    [Test]
    public void Each_key_has_a_name_of_its_own() => Assert.That(new[] { _keys.Begin(), _keys.Begin() }, Is.EqualTo(new[] { "client-0", "client-1" }));

    [Test]
    public async Task A_key_to_which_nothing_more_is_appended_is_compared_and_deleted()
    {
        _values["client-0"] = "0;1;2;";

        await _keys.EndAsync(new AppendedKey("client-0", 3, IsLastUnknown: false), CancellationToken.None);

        Assert.That(_values, Is.Empty);
        AppendAudit audit = await _keys.AuditAsync(ExecuteAsync);
        Assert.That((audit.Acknowledged, audit.IsClean), Is.EqualTo((3, true)));
    }

    [Test]
    public async Task What_is_wrong_with_a_key_is_known_although_it_was_deleted()
    {
        _values["client-0"] = "0;2;2;7;";

        await _keys.EndAsync(new AppendedKey("client-0", 3, IsLastUnknown: false), CancellationToken.None);

        AppendAudit audit = await _keys.AuditAsync(ExecuteAsync);
        Assert.That((audit.Lost, audit.Doubled, audit.Foreign), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task A_token_that_comes_once_more_when_its_key_was_deleted_is_found()
    {
        _values["client-0"] = "0;1;";
        await _keys.EndAsync(new AppendedKey("client-0", 2, IsLastUnknown: false), CancellationToken.None);

        _values["client-0"] = "1;";

        Assert.That((await _keys.AuditAsync(ExecuteAsync)).Foreign, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_whose_last_token_may_come_yet_stays_until_the_end()
    {
        _values["client-0"] = "0;1;";
        await _keys.EndAsync(new AppendedKey("client-0", 2, IsLastUnknown: true), CancellationToken.None);

        _values["client-0"] += "2;";

        AppendAudit audit = await _keys.AuditAsync(ExecuteAsync);
        Assert.That((audit.Acknowledged, audit.Unknown, audit.IsClean), Is.EqualTo((2, 1, true)));
    }

    [Test]
    public async Task Without_an_answer_a_key_is_read_and_deleted_again([Values] bool isUnknown, [Values(1, 3)] int failing)
    {
        _values["client-0"] = "0;";
        _failing = failing;
        _failure = isUnknown ? new OutcomeUnknownException("no answer", retry: null) : new NotAppliedException("busy");

        await _keys.EndAsync(new AppendedKey("client-0", 1, IsLastUnknown: false), CancellationToken.None);

        Assert.That((_values.Count, (await _keys.AuditAsync(ExecuteAsync)).IsClean), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Once_the_load_has_ended_nothing_is_deleted_any_more_and_all_is_compared_in_the_end()
    {
        _values["client-0"] = "1;";

        await _keys.EndAsync(new AppendedKey("client-0", 2, IsLastUnknown: false), new CancellationToken(canceled: true));

        Assert.That(_values, Has.Count.EqualTo(1));
        Assert.That((await _keys.AuditAsync(ExecuteAsync)).Lost, Is.EqualTo(1));
    }

    [Test]
    public void Audits_are_counted_together()
    {
        AppendAudit one = new();
        one.Add(new AppendedKey("a", 3, IsLastUnknown: true), "1;0;1;9;");
        AppendAudit both = new();
        both.Add(one);
        both.Add(one);

        Assert.That((both.Acknowledged, both.Unknown, both.Lost, both.Doubled, both.Reordered, both.Foreign), Is.EqualTo((6, 2, 2, 2, 2, 2)));
    }

    private Task<KeyResult> ExecuteAsync(KeyCommand command)
    {
        string key = Encoding.UTF8.GetString(command.Key.Span);
        if (_failing-- > 0)
            throw _failure;
        if (!_values.TryGetValue(key, out string? value))
            return Task.FromResult(new KeyResult(KeyOutcome.Missing, ReadOnlyMemory<byte>.Empty));
        if (command.Kind == CommandKind.DeleteKey)
            _values.Remove(key);
        return Task.FromResult(new KeyResult(KeyOutcome.Done, command.Kind == CommandKind.GetKey ? Encoding.UTF8.GetBytes(value) : ReadOnlyMemory<byte>.Empty));
    }
}

from abmhub.core.rooms import Room


class AccountsConfig(Room):
    name = "abmhub.accounts"
    label = "accounts"
    verbose_name = "Accounts"

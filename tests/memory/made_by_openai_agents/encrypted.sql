BEGIN TRANSACTION;
CREATE TABLE agent_messages (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                message_data TEXT NOT NULL,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id) REFERENCES agent_sessions (session_id)
                    ON DELETE CASCADE
            );
INSERT INTO "agent_messages" VALUES(1,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLDOw94bc9krrT1q0jYtx84j7N4mWCIDDhaUiQVdaaSMAKKf6Plg-RuTzScWlOSEQPSBwBZYFa5v38TxNH28DUU8xa4Bca12fCTFf1ORO_-NzPszOatCXIKeD92azNsJoD"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(2,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLsT4Y1AVtfy1U6Jyiifxe5u3yo8IXiona3yD3moCYjRX-XKG9hkapNtTDVgfl90f41PmGftvjca5uuXykWdGUQYReC-hqhafGwVLYSIBgbtdrHLKuEV9GSE3GasIFdL6b6meJM5vCv0QKoP64brrZy_31s6pdQVEoBRBFqVd5hTPck2qxdRmQC55wn2w0E9mC4gVfPuZ8poYoXXnW8bq4cdTjgzd5llA94xthYss26qQ="}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(3,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLAmRXC0USjefbgVFxMB-ttF5hi754g539vEX8g7mfDCaRcIUjVggxUZ0vP_wdKW8ksZhj4fmJcvQFw2vJZ85v5Efuibqkee0LSOatBrAQ6TwSW6Z48Ax79kfXpAjFYyAgE8lC-NtEy98oGjdgJfBYgNlQci_mQVqh6r4L6YZGaXw5vFjNfLUCxrNFEfpdNezS"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(4,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLQZljdgm-5iCbKaPTyyZsyS5AhZKmUq90KrZ_KRtb4tBkRJ8w0mbXEbLdrVAyEOrp1dhDONgdEWWDoflr-y6PLvEkqB8rXydiabidwgnBZP0IrRTkLU7eXQMvpf_FQxQrEqXJPM5os6QrdsgdtJ_upVmr4wiH_UQP9IX6nvyoYcW-DL08g0xAswKuXYQzw8b36MBeoerhIm5_rauiPmAyTWrQDB15p2WG9Jm7hs-KuKP_O0KhAKNZdyWRToADbb4xFfRAl8f58NvJKW5mxBdKEuIl5UDIxK4bqIixvRCNNrs="}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(5,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLO8k-45rPjTYhK5iT3q5jgnda0pgIxXpGZZN6EnrZS50fzOVF_FL3uVmV9kYgH7HZFxjEgD6mdhEfvhqj8rDir5ZpoMviFJKNJVmrooxDbR8TmUdMYmb2EjUD0_m6Y3cU"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(6,'chat','{"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABrB1QLgHsszpS1qI0m1lxJgqtancmEBusj4CmahybF00-cRrfAH3PUbAWWm2tEifiQ361LU9rPkZ-gFP66AtLvse0AqZbvybDuTHx80BlS4Gz2riTTbfO2UDzZYd3UrErwFsHciSyux7OqDW88gfX9hzhub60bzZWobDlA-HgF3l4p9ngUvHovZdSjt_DOX3P2BcqrPE0itEQArEshOIprphwnf-Yqjli4knefyDbe-EyMyap6cXcGZ2XRNMmCm29yEb2J2t4KfOKr1zhbvkhqIyJD7Ac20gzG68_qQ-nCPJmtCMs="}','2026-11-25 21:32:59');
CREATE TABLE agent_sessions (
                session_id TEXT PRIMARY KEY,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            );
INSERT INTO "agent_sessions" VALUES('chat','2026-11-25 21:32:59','2026-11-25 21:32:59');
CREATE INDEX idx_agent_messages_session_id
            ON agent_messages (session_id, id)
        ;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('agent_messages',6);
COMMIT;
